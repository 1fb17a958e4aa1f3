// What the staff tells everybody: the announcements that hold now, what the reader has put away, how people react.
import { announcer } from '../../app/announce.svelte';
import { del, get, post, put } from '../../app/api';
import type { Announcement, Id, Reaction } from '../../app/entities';
import { t } from '../../app/i18n';
import { streaming, type StreamEvent } from '../../app/stream';
import { react, reacted } from './reactions';

class Announcements {
  /** Newest last, as the server has them. */
  all = $state.raw<Announcement[]>([]);
  /** Those that were not put away, oldest first. */
  readonly unread = $derived(this.all.filter(({ read }) => !read));
  #started = false;

  /** Asks for them, and listens from now on; only the first call does anything. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    streaming.listen({ stream: 'user' }, (event) => this.#hear(event));
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.all = await get<Announcement[]>('/api/v1/announcements');
    } catch {
      // Home is right without them; the next connection asks again.
    }
  }

  #hear(event: StreamEvent): void {
    if (event.event === 'resumed') void this.#load();
    else if (event.event === 'announcement') {
      const { announcement } = event;
      const known = this.all.some(({ id }) => id === announcement.id);
      if (known) this.#edit(announcement.id, () => announcement);
      else this.all = [...this.all, announcement];
      announcer.say(t('announcements.new'));
    } else if (event.event === 'announcement.delete') this.all = this.all.filter(({ id }) => id !== event.id);
    else if (event.event === 'announcement.reaction') {
      const { announcement_id, name, count } = event.reaction;
      this.#react(announcement_id, (all) => reacted(all, name, count));
    }
  }

  #edit(id: Id, change: (one: Announcement) => Announcement): void {
    this.all = this.all.map((one) => (one.id === id ? change(one) : one));
  }

  #react(id: Id, change: (all: Reaction[]) => Reaction[]): void {
    this.#edit(id, (one) => ({ ...one, reactions: change(one.reactions) }));
  }

  /** Puts one away; it stays in the list of all. */
  async dismiss(id: Id): Promise<void> {
    this.#edit(id, (one) => ({ ...one, read: true }));
    try {
      await post(`/api/v1/announcements/${id}/dismiss`);
    } catch (error) {
      this.#edit(id, (one) => ({ ...one, read: false }));
      announcer.failed(error, () => void this.dismiss(id));
    }
  }

  /** Reacts with an emoji (its shortcode, or itself), or takes the reaction back. */
  async react(id: Id, name: string, on: boolean, picture?: string): Promise<void> {
    const before = this.all.find((one) => one.id === id)?.reactions;
    this.#react(id, (all) => react(all, name, on, picture));
    const path = `/api/v1/announcements/${id}/reactions/${encodeURIComponent(name)}`;
    try {
      await (on ? put(path, {}) : del(path));
    } catch (error) {
      if (before) this.#react(id, () => before);
      announcer.failed(error);
    }
  }
}

export const announcements = new Announcements();
