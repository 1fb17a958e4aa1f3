// The posts that stood on home last, kept by the browser for a time without network. No token is kept with them; the
// service worker (src/sw.js) opens home with them, and forgets them when their reader signs out.
import type { Account, Id, Status } from '../../app/entities';
import { session, type Session } from '../../app/session';
import { store } from '../../app/store.svelte';
import type { Feed } from './feed.svelte';
import { EMPTY, first } from './reduce';

const CACHE = 'read';
const PATH = '/last-read';
/** Posts that are kept: a few screens. */
const MOST = 40;

/** What is kept. */
interface Last {
  /** Whose it is, and of which server; never the right to ask for more. */
  session: Omit<Session, 'token' | 'csrf'>;
  me: Account | null;
  statuses: Status[];
  /** When it was kept, in milliseconds since 1970. */
  at: number;
}

/** Keeps the first of these posts in place of those before. */
export async function keepLast(ids: Id[]): Promise<void> {
  if (!session.token || !globalThis.caches) return;
  const { token: _token, csrf: _csrf, ...rest } = session;
  const statuses = ids.slice(0, MOST).flatMap((id) => store.statuses.get(id) ?? []);
  const last: Last = { session: rest, me: store.me ?? null, statuses, at: Date.now() };
  try {
    await (await caches.open(CACHE)).put(PATH, new Response(JSON.stringify(last), { headers: { 'content-type': 'application/json' } }));
  } catch {
    // Storage may be full or switched off: then there is nothing to read without a network.
  }
}

/** What was kept, if it belongs to the reader of this page. */
export async function lastRead(): Promise<Last | null> {
  try {
    const kept = await caches.match(PATH, { cacheName: CACHE });
    const last = kept && ((await kept.json()) as Last);
    return last?.session.account_id === session.account_id ? last : null;
  } catch {
    return null;
  }
}

/** Fills home with what was kept. */
export async function showLast(feed: Feed): Promise<void> {
  const last = await lastRead();
  if (last?.me) store.putAccount(last.me);
  feed.error = null;
  feed.state = first(EMPTY, store.putAll(last?.statuses ?? []), undefined);
}
