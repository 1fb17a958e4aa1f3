// The feeds that more than one place knows by name.
import { keptFeed, statuses, type Feed } from './feed.svelte';

/** The reader's home. */
export function homeFeed(): Feed {
  return keptFeed('home', () => statuses('/api/v1/timelines/home', undefined, { stream: 'user' }));
}

export function localFeed(): Feed {
  return keptFeed('local', () => statuses('/api/v1/timelines/public', { local: true }, { stream: 'public:local' }));
}

export function publicFeed(): Feed {
  return keptFeed('public', () => statuses('/api/v1/timelines/public', undefined, { stream: 'public' }));
}

/** Public posts with a tag. */
export function tagFeed(tag: string): Feed {
  const name = tag.toLowerCase();
  return keptFeed(`tag:${name}`, () =>
    statuses(`/api/v1/timelines/tag/${encodeURIComponent(name)}`, undefined, { stream: 'hashtag', tag: name }),
  );
}
