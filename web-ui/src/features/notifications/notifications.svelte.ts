// The reader's notifications: the list, and how many of them are new since they last looked.
import { SvelteMap } from 'svelte/reactivity';
import { get, page, post } from '../../app/api';
import { announcer } from '../../app/announce.svelte';
import { newer, type GroupedNotifications, type Id, type Marker, type Notification } from '../../app/entities';
import { quiet } from '../../app/quiet.svelte';
import { store } from '../../app/store.svelte';
import type { StreamEvent } from '../../app/stream';
import { Feed, keptFeed, type Source } from '../timelines/feed.svelte';
import { join, rows, single, type Row } from './group';
import { sentence } from './sentence';

/** Notifications kept in memory. */
const MOST = 1000;
const COUNT_LIMIT = 40;

class Notifications {
  /** Ids of the new ones. */
  unread = $state.raw<Id[]>([]);
  /** How many new ones are shown to the reader. */
  readonly badge = $derived(quiet.marks ? this.unread.length : 0);
  /** Is the page of notifications being looked at? */
  looking = $state(false);
  #lastRead: Id = '0';

  /** Rows by the id of their newest notification. */
  readonly byId = new SvelteMap<Id, Row>();
  /** The row of each group. */
  #byKey = new Map<string, Id>();

  /** Takes rows in. One that grows gets a new place; its old one is no longer drawn. */
  take(items: Row[]): Id[] {
    for (const row of items) {
      store.putAccounts(row.accounts);
      if (row.status) store.put(row.status);
      const id = this.#byKey.get(row.key);
      const known = id === undefined ? undefined : this.byId.get(id);
      // A page further down may tell of the same group: what is known is newer.
      if (known && newer(known.id, row.id)) continue;
      if (known) this.byId.delete(known.id);
      this.byId.set(row.id, row);
      this.#byKey.set(row.key, row.id);
    }
    for (const [id, { key }] of this.byId) {
      if (this.byId.size <= MOST) break;
      this.byId.delete(id);
      if (this.#byKey.get(key) === id) this.#byKey.delete(key);
    }
    return items.map(({ id }) => id);
  }

  /** The row that a live notification makes: alone, or with its group. */
  joined(notification: Notification): Row {
    const row = single(notification);
    const known = this.byId.get(this.#byKey.get(row.key) ?? '');
    return known ? join(known, row) : row;
  }

  /** Counts what came since the reader last looked. */
  async start(): Promise<void> {
    try {
      const markers = await get<{ notifications?: Marker }>('/api/v1/markers', { timeline: ['notifications'] });
      this.#lastRead = markers.notifications?.last_read_id ?? '0';
      const { items } = await page<Notification>('/api/v1/notifications', { limit: COUNT_LIMIT, since_id: this.#lastRead });
      this.unread = items.map(({ id }) => id);
    } catch {
      // The count is a courtesy; the page of notifications tells of its own failures.
    }
  }

  /** A notification that has just come. */
  hear(event: StreamEvent): void {
    if (event.event === 'resumed' || event.event === 'notifications_merged') return void this.start();
    if (event.event !== 'notification') return;
    const { notification } = event;
    if (!quiet.now) announcer.say(sentence(notification.type, notification.account, 1));
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

/** What the page can be narrowed to. */
export const KINDS = ['all', 'mention', 'reblog', 'favourite', 'follow', 'poll', 'status'] as const;
export type Kind = (typeof KINDS)[number];
/** What belongs to each kind beside itself. */
const WIDER: Partial<Record<Kind, string[]>> = { mention: ['quote'], follow: ['follow_request'], status: ['update', 'quoted_update'] };

/** The notifications of a kind, or all. */
export function notificationFeed(kind: Kind): Feed<Row> {
  const types = kind === 'all' ? null : [kind, ...(WIDER[kind] ?? [])];
  return keptFeed(`notifications:${kind}`, (): Source<Row> => ({
    path: '/api/v2/notifications',
    query: types ? { types } : {},
    cursors: true,
    read: (body) => rows(body as GroupedNotifications),
    take: (items) => notifications.take(items),
    live: {
      stream: { stream: 'user' },
      pick: (event) => (event.event === 'notification' && (!types || types.includes(event.notification.type)) ? notifications.joined(event.notification) : null),
    },
  }));
}
