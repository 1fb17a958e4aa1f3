// The feeds that more than one place knows by name.
import { keptFeed, statuses, type Feed } from './feed.svelte';

/** The reader's home. */
export function homeFeed(): Feed {
  return keptFeed('home', () => statuses('/api/v1/timelines/home', undefined, { stream: 'user' }));
}

/** Public posts of this server, of other servers, or of all; with `media` only those that carry some. */
export function liveFeed(from: 'local' | 'remote' | 'public', media = false): Feed {
  const query = { ...(from !== 'public' && { [from]: true }), ...(media && { only_media: true }) };
  const stream = `${from === 'public' ? from : `public:${from}`}${media ? ':media' : ''}`;
  return keptFeed(media ? `${from}:media` : from, () => statuses('/api/v1/timelines/public', query, { stream }));
}

export const MORE_TAGS = ['any', 'all', 'none'] as const;
/** Further tags: posts with any of them too, only posts with all of them, no posts with one of them. */
export type MoreTags = Record<(typeof MORE_TAGS)[number], string[]>;
/** Further tags of each kind that the API takes. */
const MOST_TAGS = 4;

/** The names in a line of typed tags. */
export function tagNames(typed: string): string[] {
  const names = typed.split(/[\s,#＃]+/u).filter(Boolean).map((name) => name.toLowerCase());
  return [...new Set(names)].slice(0, MOST_TAGS);
}

/** Public posts with a tag. */
export function tagFeed(tag: string, more: MoreTags = { any: [], all: [], none: [] }): Feed {
  const name = tag.toLowerCase();
  const asked = MORE_TAGS.filter((one) => more[one].length);
  const path = `/api/v1/timelines/tag/${encodeURIComponent(name)}`;
  if (!asked.length) return keptFeed(`tag:${name}`, () => statuses(path, undefined, { stream: 'hashtag', tag: name }));
  // Streams know one tag only: with further ones the list is read, not heard.
  const query = Object.fromEntries(asked.map((one) => [one, more[one].slice(0, MOST_TAGS)]));
  return keptFeed(`tag:${name}:${JSON.stringify(query)}`, () => statuses(path, query));
}
