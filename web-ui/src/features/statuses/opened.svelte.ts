// Which warnings and which covered pictures the reader has opened; kept while the page is open.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Id } from '../../app/entities';
import { prefs } from '../../app/prefs.svelte';

class Opened {
  #warnings = new SvelteMap<Id, boolean>();
  #filtered = new SvelteSet<Id>();
  #whole = new SvelteSet<Id>();
  #media = new SvelteMap<Id, boolean>();

  /** Is the text behind the warning of this post open? */
  has(id: Id): boolean {
    return this.#warnings.get(id) ?? prefs.choices.expandWarnings;
  }

  /** Does the reader look at this filtered post? */
  peeked(id: Id): boolean {
    return this.#filtered.has(id);
  }

  peek(id: Id): void {
    if (!this.#filtered.delete(id)) this.#filtered.add(id);
  }

  toggle(id: Id): void {
    this.set(id, !this.has(id));
  }

  /** A warning opens text and media together. */
  set(id: Id, open: boolean): void {
    this.#warnings.set(id, open);
    if (open) this.#media.set(id, true);
  }

  /** Is this long post read as a whole? */
  whole(id: Id): boolean {
    return this.#whole.has(id);
  }

  readOn(id: Id): void {
    this.#whole.add(id);
  }

  /** Are the pictures of this post uncovered? */
  media(id: Id, sensitive: boolean, filtered = false): boolean {
    return this.#media.get(id) ?? (!filtered && (!sensitive || prefs.choices.showSensitive));
  }

  setMedia(id: Id, open: boolean): void {
    this.#media.set(id, open);
  }
}

export const opened = new Opened();
