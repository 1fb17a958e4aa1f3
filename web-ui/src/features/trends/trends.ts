// What many talk about, as the server ranks it.
import { page, type Page } from '../../app/api';
import type { Tag, TrendingLink } from '../../app/entities';
import { keptFeed, statuses, type Feed } from '../timelines/feed.svelte';

/** Tags or links asked for at once. */
const PAGE = 20;

export function trendingTags(address = `/api/v1/trends/tags?limit=${PAGE}`): Promise<Page<Tag>> {
  return page<Tag>(address);
}

export function trendingLinks(address = `/api/v1/trends/links?limit=${PAGE}`): Promise<Page<TrendingLink>> {
  return page<TrendingLink>(address);
}

/** Posts many like; kept for coming back to, ranked anew on each visit. */
export function trendingPosts(): Feed {
  return keptFeed('trends', () => statuses('/api/v1/trends/statuses'));
}

/** Public posts that show the card of a page. */
export function linkFeed(url: string): Feed {
  return keptFeed(`link:${url}`, () => statuses('/api/v1/timelines/link', { url }));
}

/** The page of this app about a linked page. */
export function aboutLink(url: string): string {
  return `/links/${encodeURIComponent(url)}`;
}

/** The name of the website, for reading. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '';
}

/** How many people have written with a tag, or of a page, today and yesterday. */
export function people({ history = [] }: Pick<Tag | TrendingLink, 'history'>): number {
  return history.slice(0, 2).reduce((sum, { accounts }) => sum + Number(accounts), 0);
}
