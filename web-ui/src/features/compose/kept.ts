// Unsent posts, kept in this browser while they are written: a crash, a closed tab or a lost network costs nothing.
import type { Id, QuotePolicy, Visibility } from '../../app/entities';
import { session } from '../../app/session';

export interface KeptPoll {
  options: string[];
  multiple: boolean;
  hide_totals: boolean;
  expires_in: number;
}

/** One post of what is kept. */
export interface KeptPart {
  text: string;
  spoiler: string;
  warned: boolean;
  sensitive: boolean;
  poll: KeptPoll | null;
  /** Files that the server already has; it keeps them for a day. */
  media: { id: Id; description: string }[];
  /** With which key it was tried to be sent. */
  idempotency?: string;
  /** Whether the server may have taken it already. */
  tried?: boolean;
}

export interface Kept extends KeptPart {
  /** `new`, `reply:ID`, `quote:ID` or `redraft:ID`: one unsent post each. */
  key: string;
  /** When it was last touched, in milliseconds since 1970. */
  at: number;
  visibility: Visibility;
  language: string;
  quote_policy?: QuotePolicy;
  in_reply_to_id: Id | null;
  quoted_status_id: Id | null;
  /** The posts that follow it in a thread. */
  rest?: KeptPart[];
}

const KEY = `shop:drafts:${session.account_id ?? ''}`;
/** Unsent posts kept at once; the one touched longest ago goes first. */
export const MOST_KEPT = 20;

/** All unsent posts, newest first. */
export function keptDrafts(storage: Storage = localStorage): Kept[] {
  try {
    const list: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? (list as Kept[]).filter((one) => typeof one?.key === 'string' && typeof one.text === 'string') : [];
  } catch {
    return [];
  }
}

function write(list: Kept[], storage: Storage): void {
  try {
    if (list.length) storage.setItem(KEY, JSON.stringify(list.slice(0, MOST_KEPT)));
    else storage.removeItem(KEY);
  } catch {
    // Without storage an unsent post lasts as long as the page.
  }
}

export function keep(draft: Kept, storage: Storage = localStorage): void {
  write([draft, ...keptDrafts(storage).filter(({ key }) => key !== draft.key)], storage);
}

export function forget(key: string, storage: Storage = localStorage): void {
  const list = keptDrafts(storage);
  if (list.some((one) => one.key === key)) write(list.filter((one) => one.key !== key), storage);
}

export function recall(key: string, storage: Storage = localStorage): Kept | undefined {
  return keptDrafts(storage).find((one) => one.key === key);
}
