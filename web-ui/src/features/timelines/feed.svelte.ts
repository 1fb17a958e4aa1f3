// A list that is read page by page and grows live: home, a tag, somebody's posts, notifications, followers.
import { SvelteSet } from 'svelte/reactivity';
import { page, type Page, type Query } from '../../app/api';
import { announcer } from '../../app/announce.svelte';
import { newer, type Id, type Status } from '../../app/entities';
import { session } from '../../app/session';
import { store, type Holder } from '../../app/store.svelte';
import { streaming, type Stream, type StreamEvent } from '../../app/stream';
import { applyToStore } from './live';
import * as reduce from './reduce';

export interface Source<T> {
  path: string;
  query?: Query;
  /** Reads the items out of an answer that is more than a list. */
  read?: (body: unknown) => T[];
  /** Puts the items of a page into the store and answers their ids. */
  take: (items: T[]) => Id[];
  /** Where live items come from, and how an event becomes one of them (null: not for this list). */
  live?: { stream: Stream; pick: (event: StreamEvent) => T | null };
  /** Do the ids of the items themselves work as cursors (`max_id`, `since_id`)? Not so in lists of accounts. */
  cursors?: boolean;
}

const PAGE = 20;

export class Feed<T = Status> implements Holder {
  state = $state.raw(reduce.EMPTY);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  #stop: (() => void) | null = null;
  #running: AbortController | null = null;
  /** Is it on the screen? */
  reading = false;
  /** Kept for coming back to, so that its posts stay in the store. */
  kept = false;
  /** What the list shows may have changed as a whole: the next visit loads it anew. */
  stale = false;
  /** What came live while a page was under way. */
  #early: Id[] = [];
  /** The ids behind whose gaps something is being loaded. */
  readonly filling = new SvelteSet<Id>();

  constructor(readonly source: Source<T>) {}

  /** Shown or waiting ids, for the store to keep. */
  held(): Iterable<Id> {
    return [...this.state.ids, ...this.state.waiting];
  }

  /** Shows the list: loads what is missing and listens from now on. Answers how to stop. */
  start(): () => void {
    this.reading = true;
    store.holders.add(this as Holder);
    if (!this.state.begun || this.stale) void this.load();
    else if (this.source.live) void this.catchUp();
    const { live } = this.source;
    if (live && !this.#stop) this.#stop = streaming.listen(live.stream, (event) => this.#hear(event, live.pick));
    return () => {
      this.reading = false;
      this.#stop?.();
      this.#stop = null;
      this.#running?.abort();
      this.#running = null;
      this.loading = false;
      if (!this.kept) store.holders.delete(this as Holder);
    };
  }

  #hear(event: StreamEvent, pick: (event: StreamEvent) => T | null): void {
    if (event.event === 'resumed') return void this.catchUp();
    applyToStore(event);
    const item = pick(event);
    if (item === null) return;
    for (const id of this.source.take([item])) {
      if (this.loading && this.#early.length < reduce.MOST_WAITING) this.#early.push(id);
      this.state = reduce.arrive(this.state, id);
    }
  }

  async #page(path: string, query?: Query, signal?: AbortSignal): Promise<Page<T>> {
    const answer = await page<T>(path, query, signal);
    return this.source.read ? { items: this.source.read(answer.items), links: answer.links } : answer;
  }

  async #fetch(path: string, query?: Query): Promise<{ ids: Id[]; next: string | undefined; count: number } | null> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.loading = true;
    this.error = null;
    try {
      const { items, links } = await this.#page(path, query, running.signal);
      return { ids: this.source.take(items), next: links.next, count: items.length };
    } catch (error) {
      // Without a network the list is what was kept of it.
      const kept = session.offline && this.state.begun;
      if (!running.signal.aborted && !kept) this.error = error;
      return null;
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.loading = false;
      }
    }
  }

  /** The first page, anew. */
  async load(): Promise<void> {
    this.#early = [];
    const answer = await this.#fetch(this.source.path, { ...this.source.query, limit: PAGE });
    if (!answer) return;
    this.stale = false;
    // What came while the page was under way may not be on it.
    this.state = this.#early.reduce(reduce.arrive, reduce.first(this.state, answer.ids, answer.next));
  }

  /** Loads anew: now when the list is being read, else on its next visit. */
  renew(): void {
    if (this.reading) void this.load();
    else this.stale = true;
  }

  /** The next older page; nothing while another request runs or at the end. */
  async more(): Promise<void> {
    const { next, ids } = this.state;
    if (this.loading || next === null) return;
    // An empty address means that the end was cut off: go on from the last id that is shown.
    const oldest = ids.at(-1);
    const answer =
      next === '' && oldest
        ? await this.#fetch(this.source.path, { ...this.source.query, limit: PAGE, max_id: oldest })
        : await this.#fetch(next);
    if (answer) this.state = reduce.more(this.state, answer.ids, answer.next);
  }

  /** Makes sure that `id`, or the next older one, is shown; answers which one it is. */
  async jump(id: Id): Promise<Id | null> {
    const there = (): Id | undefined => this.state.ids.find((one) => !newer(one, id));
    if (!there()) {
      try {
        const query = { ...this.source.query, limit: PAGE, max_id: String(BigInt(id) + 1n) };
        const { items, links } = await this.#page(this.source.path, query);
        this.state = reduce.jump(this.state, this.source.take(items), links.next);
      } catch (error) {
        announcer.failed(error, () => void this.jump(id));
      }
    }
    return there() ?? null;
  }

  /** What came since the newest id that is known. */
  async catchUp(): Promise<void> {
    const newest = this.state.waiting[0] ?? this.state.ids[0];
    if (!this.source.cursors || this.loading) return;
    if (!newest) return this.load();
    try {
      const query = { ...this.source.query, limit: PAGE, since_id: newest };
      const { items } = await this.#page(this.source.path, query);
      this.state = reduce.catchUp(this.state, this.source.take(items), items.length >= PAGE);
    } catch {
      // The next event or visit tries again; the list as it stands is still right.
    }
  }

  /** Loads what is missing after `id`; once at a time. */
  async fill(id: Id): Promise<void> {
    if (this.filling.has(id)) return;
    this.filling.add(id);
    const below = this.state.ids[this.state.ids.indexOf(id) + 1];
    try {
      const query = { ...this.source.query, limit: PAGE, max_id: id, ...(below && { since_id: below }) };
      const { items } = await this.#page(this.source.path, query);
      this.state = reduce.fill(this.state, id, this.source.take(items), items.length >= PAGE);
    } catch (error) {
      announcer.failed(error, () => void this.fill(id));
    } finally {
      this.filling.delete(id);
    }
  }

  reveal(): void {
    this.state = reduce.reveal(this.state);
  }

  /** Shows an own new item at once. */
  prepend(item: T): void {
    for (const id of this.source.take([item])) this.state = reduce.prepend(this.state, id);
  }

  drop(gone: (id: Id) => boolean): void {
    this.#early = this.#early.filter((id) => !gone(id));
    this.state = reduce.remove(this.state, gone);
  }
}

/** Feeds kept for coming back to, the one used last at the end. */
const KEPT = 12;
const kept = new Map<string, Feed<unknown>>();

/** The feed of this name, kept from an earlier visit or made anew. */
export function keptFeed<T>(name: string, make: () => Source<T>): Feed<T> {
  const found = (kept.get(name) as unknown as Feed<T> | undefined) ?? new Feed<T>(make());
  found.kept = true;
  kept.delete(name);
  kept.set(name, found as unknown as Feed<unknown>);
  if (kept.size > KEPT) {
    // Columns may show more of them at once than are kept otherwise.
    const [oldest, feed] = [...kept].find(([, one]) => !one.reading && one !== (found as unknown)) ?? [];
    if (oldest !== undefined) kept.delete(oldest);
    if (feed) store.holders.delete(feed as Holder);
  }
  return found;
}

/** The kept feed of this name loads anew on its next visit. */
export function renewFeed(name: string): void {
  const feed = kept.get(name);
  if (feed) feed.stale = true;
}

/** All kept feeds load anew: what is shown of each post has changed. The one on the screen does so at once. */
export function renewFeeds(): void {
  for (const feed of kept.values()) feed.renew();
}

/** Takes the posts of somebody, also boosted ones, out of all kept timelines; their own pages keep them. */
export function dropAuthor(account: Id): void {
  for (const [name, feed] of kept) {
    if (name.startsWith('account:')) continue;
    feed.drop((id) => {
      const status = store.statuses.get(id);
      return status?.account.id === account || status?.reblog?.account.id === account;
    });
  }
}

/** Source of a list of statuses. */
export function statuses(path: string, query?: Query, stream?: Stream): Source<Status> {
  return {
    path,
    ...(query && { query }),
    cursors: !!stream,
    take: (items) => store.putAll(items),
    ...(stream && { live: { stream, pick: (event) => (event.event === 'update' ? event.status : null) } }),
  };
}
