// Catching up: what came in a span of time, fetched once, then sorted and sifted in memory.
import { page, type Page } from '../../app/api';
import type { Id, PreviewCard, Status } from '../../app/entities';
import { plainText } from '../statuses/content';

export type Kind = 'posts' | 'replies' | 'boosts' | 'quotes' | 'media';
export type Order = 'newest' | 'oldest' | 'replies' | 'liked' | 'dense';
export const KINDS: Kind[] = ['posts', 'replies', 'boosts', 'quotes', 'media'];
export const ORDERS: Order[] = ['newest', 'oldest', 'replies', 'liked', 'dense'];

const PAGE = 40;
/** Pages asked for at most: as far back as a home feed goes. */
const MOST_PAGES = 20;

/** Home posts for as long as they are `fresh`, newest first; tells after each page how many there are. */
export async function fetchWhile(isFresh: (status: Status) => boolean, tell: (count: number) => void, signal: AbortSignal): Promise<Status[]> {
  const all: Status[] = [];
  let next: string | undefined = `/api/v1/timelines/home?limit=${PAGE}`;
  for (let at = 0; next && at < MOST_PAGES; at += 1) {
    const { items, links }: Page<Status> = await page<Status>(next, undefined, signal);
    const fresh = items.filter(isFresh);
    all.push(...fresh);
    tell(all.length);
    if (fresh.length < items.length || !items.length) break;
    next = links.next;
  }
  return all;
}

/** What a post is, for sifting; a post may be of several kinds. */
export function kindsOf(status: Status): Kind[] {
  const inner = status.reblog ?? status;
  const kinds: Kind[] = [];
  if (status.reblog) kinds.push('boosts');
  else if (inner.in_reply_to_id && inner.in_reply_to_account_id !== inner.account.id) kinds.push('replies');
  else kinds.push('posts');
  if (inner.quote) kinds.push('quotes');
  if (inner.media_attachments.length) kinds.push('media');
  return kinds;
}

/** How many there are of each kind. */
export function counts(all: Status[]): Record<Kind, number> {
  const found = { posts: 0, replies: 0, boosts: 0, quotes: 0, media: 0 };
  for (const status of all) for (const kind of kindsOf(status)) found[kind] += 1;
  return found;
}

/** Letters that a picture, a poll, a card or a quoted post is worth: about the length of a short post. */
const WORTH = 140;

/** How much there is to read and to look at. */
function density({ content, spoiler_text, media_attachments, poll, card, quote }: Status): number {
  const things = media_attachments.length + (poll ? 1 : 0) + (card ? 1 : 0) + (quote ? 1 : 0);
  return plainText(content, !!quote).length + spoiler_text.length + WORTH * things;
}

export interface AuthorGroup {
  account: Status['account'];
  items: Status[];
}

/** The posts by who wrote or boosted them, the busiest first; each group in the order given. */
export function byAuthor(shown: Status[]): AuthorGroup[] {
  const found = new Map<Id, AuthorGroup>();
  for (const status of shown) {
    const group = found.get(status.account.id) ?? { account: status.account, items: [] };
    group.items.push(status);
    found.set(status.account.id, group);
  }
  return [...found.values()].sort((a, b) => b.items.length - a.items.length);
}

function weight(status: Status, order: Order): number {
  const inner = status.reblog ?? status;
  switch (order) {
    case 'newest':
      return Date.parse(status.created_at);
    case 'oldest':
      return -Date.parse(status.created_at);
    case 'replies':
      return inner.replies_count;
    case 'liked':
      return inner.favourites_count + 2 * inner.reblogs_count;
    case 'dense':
      return density(inner);
  }
}

/** The posts of a kind (or all), each once, in the order wanted; those of equal weight newest first. */
export function sift(all: Status[], kind: Kind | null, author: Id | null, order: Order): Status[] {
  const seen = new Set<Id>();
  return all
    .filter((status) => {
      const inner = status.reblog ?? status;
      if ((kind && !kindsOf(status).includes(kind)) || (author && status.account.id !== author)) return false;
      // A boost of something that stands here already says nothing new.
      return !seen.has(inner.id) && !!seen.add(inner.id);
    })
    .map((status, at) => ({ status, at, weight: weight(status, order) }))
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
    .map(({ status }) => status);
}

/** A page that several have shared, with its card. */
export interface TopLink {
  card: PreviewCard;
  count: number;
}

/** Pages that more than one person has posted or boosted, those of the most people first. */
export function topLinks(all: Status[], most: number): TopLink[] {
  const found = new Map<string, { card: PreviewCard; people: Set<Id> }>();
  for (const status of all) {
    const { card } = status.reblog ?? status;
    if (!card || (status.reblog ?? status).sensitive) continue;
    const row = found.get(card.url) ?? { card, people: new Set<Id>() };
    row.people.add(status.account.id);
    found.set(card.url, row);
  }
  return [...found.values()]
    .map(({ card, people }) => ({ card, count: people.size }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

/** Who wrote or boosted, the busiest first. */
export function authors(all: Status[]): { account: Status['account']; count: number }[] {
  const found = new Map<Id, { account: Status['account']; count: number }>();
  for (const { account } of all) {
    const row = found.get(account.id) ?? { account, count: 0 };
    row.count += 1;
    found.set(account.id, row);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}
