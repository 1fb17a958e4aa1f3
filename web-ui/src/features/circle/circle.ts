// Whom the reader follows and who follows them, read as a whole, sifted, and parted with one after the other.
import { page, post } from '../../app/api';
import type { Account, Id, Relationship } from '../../app/entities';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import { renewFeed } from '../timelines/feed.svelte';

export type Side = 'following' | 'followers';
export const KINDS = ['all', 'mutual', 'single', 'silent', 'moved'] as const;
export type Kind = (typeof KINDS)[number];

/** Read at once, and at most: beyond it a browser is the wrong place. */
const PAGE = 80;
export const MOST = 2_000;
/** Without a post for so long somebody counts as silent, in milliseconds. */
const SILENCE = 182 * 86_400_000;

/** All of one side, newest first; tells after each page how many are here. Throws what the server refuses. */
export async function everybody(side: Side, told: (accounts: Account[]) => void, signal: AbortSignal): Promise<void> {
  let next: string | undefined = `/api/v1/accounts/${session.account_id}/${side}?limit=${PAGE}`;
  let all: Account[] = [];
  while (next && all.length < MOST) {
    const { items, links }: { items: Account[]; links: { next?: string } } = await page<Account>(next, undefined, signal);
    all = [...all, ...items].slice(0, MOST);
    store.relate(store.putAccounts(items));
    told(all);
    next = items.length ? links.next : undefined;
  }
}

/** Does somebody belong to what is asked for? What is not known yet does not. */
export function belongs(kind: Kind, account: Account, relation: Relationship | undefined, now: number): boolean {
  switch (kind) {
    case 'all':
      return true;
    case 'mutual':
      return !!relation?.following && relation.followed_by;
    case 'single':
      return !!relation && !(relation.following && relation.followed_by);
    case 'silent':
      return !account.last_status_at || now - Date.parse(account.last_status_at) > SILENCE;
    case 'moved':
      return !!account.moved;
  }
}

export type Deed = 'follow' | 'unfollow' | 'remove_from_followers';

/** Does the same with several, one after the other, and tells of each. Throws at the first that is refused. */
export async function forEach(ids: Id[], deed: Deed, done: (id: Id) => void): Promise<void> {
  try {
    for (const id of ids) {
      store.relationships.set(id, await post<Relationship>(`/api/v1/accounts/${id}/${deed}`));
      done(id);
    }
  } finally {
    if (deed !== 'remove_from_followers') renewFeed('home');
  }
}
