// What scrolls around a feed: the window, or a column that stands beside others.
import { getContext, setContext } from 'svelte';

/** The column around an element; null where the window scrolls. */
export function scrollerOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>('[data-scroller]');
}

const KEY = Symbol('column');

/** Says for the feed below which column it stands in: the same post may stand in several, and ids must differ. */
export function inColumn(name: string): void {
  setContext(KEY, `${name}-`);
}

/** What goes before the ids of articles. */
export function idPrefix(): string {
  return getContext<string | undefined>(KEY) ?? '';
}
