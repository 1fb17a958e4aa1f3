// What was caught up with, and how it is looked at: kept while the page is open, for coming back from a post.
import { SvelteSet } from 'svelte/reactivity';
import type { Id, Status } from '../../app/entities';
import { store } from '../../app/store.svelte';
import type { Kind, Order } from './catchup';

/** In place of hours: since the reader was last here. */
export const SINCE_LAST = 0;

class Session {
  /** What the form asks for. */
  hours = $state(8);
  /** What came; null before anything was asked for. */
  all = $state.raw<Status[] | null>(null);
  /** The hours of what came. */
  fetched = $state(0);
  kind = $state<Kind | null>(null);
  order = $state<Order>('newest');
  author = $state<Id | null>(null);
  /** By person. */
  grouped = $state(false);
  /** Posts that the reader opened from here. */
  readonly seen = new SvelteSet<Id>();

  constructor() {
    store.holders.add({ held: () => (this.all ?? []).map(({ id }) => id) });
  }

  take(all: Status[], hours: number): void {
    this.all = all;
    this.fetched = hours;
    this.kind = this.author = null;
    this.seen.clear();
  }
}

export const catchup = new Session();
