// The reader's notifications: the list, and how many of them are new since they last looked.
import { SvelteMap } from 'svelte/reactivity';
import { get, page, post } from '../../app/api';
import { announcer } from '../../app/announce.svelte';
import { newer, type Id, type Marker, type Notification } from '../../app/entities';
import { prefs } from '../../app/prefs.svelte';
import { store } from '../../app/store.svelte';
import type { StreamEvent } from '../../app/stream';
import { Feed, keptFeed, type Source } from '../timelines/feed.svelte';
import { sentence } from './sentence';

/** Notifications kept in memory. */
const MOST = 1000;
const COUNT_LIMIT = 40;

class Notifications {
  readonly byId = new SvelteMap<Id, Notification>();
  /** Ids of the new ones. */
  unread = $state.raw<Id[]>([]);
  /** How many new ones are shown to the reader. */
  readonly badge = $derived(prefs.choices.noBadges ? 0 : this.unread.length);
  /** Is the page of notifications being looked at? */
  looking = $state(false);
  #lastRead: Id = '0';

  take(items: Notification[]): Id[] {
    for (const one of items) {
      store.putAccount(one.account);
      if (one.status) store.put(one.status);
      this.byId.set(one.id, one);
    }
    for (const id of this.byId.keys()) {
      if (this.byId.size <= MOST) break;
      this.byId.delete(id);
    }
    return items.map(({ id }) => id);
  }

  /** Counts what came since the reader last looked. */
  async start(): Promise<void> {
    try {
      const markers = await get<{ notifications?: Marker }>('/api/v1/markers', { timeline: ['notifications'] });
      this.#lastRead = markers.notifications?.last_read_id ?? '0';
      const { items } = await page<Notification>('/api/v1/notifications', { limit: COUNT_LIMIT, since_id: this.#lastRead });
      this.unread = this.take(items);
    } catch {
      // The count is a courtesy; the page of notifications tells of its own failures.
    }
  }

  /** A notification that has just come. */
  hear(event: StreamEvent): void {
    if (event.event === 'resumed') return void this.start();
    if (event.event !== 'notification') return;
    const { notification } = event;
    this.take([notification]);
    announcer.say(sentence(notification.type, [notification.account]));
    if (this.looking) void this.markRead(notification.id);
    else if (!this.unread.includes(notification.id)) this.unread = [notification.id, ...this.unread];
  }

  /** Tells the server how far the reader has come. */
  async markRead(id: Id | undefined): Promise<void> {
    this.unread = [];
    if (!id || !newer(id, this.#lastRead)) return;
    this.#lastRead = id;
    try {
      await post('/api/v1/markers', { notifications: { last_read_id: id } });
    } catch {
      // A lost marker only means that some are counted once more.
    }
  }
}

export const notifications = new Notifications();

/** What the page shows: all kinds, or only when somebody spoke to the reader. */
export function notificationFeed(only: 'all' | 'mentions'): Feed<Notification> {
  return keptFeed(`notifications:${only}`, (): Source<Notification> => ({
    path: '/api/v1/notifications',
    query: only === 'mentions' ? { types: ['mention'] } : {},
    cursors: true,
    take: (items) => notifications.take(items),
    live: {
      stream: { stream: 'user' },
      pick: (event) =>
        event.event === 'notification' && (only === 'all' || event.notification.type === 'mention') ? event.notification : null,
    },
  }));
}
