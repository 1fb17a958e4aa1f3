// Which warnings and which covered pictures the reader has opened; kept while the page is open.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Id } from '../../app/entities';
import { prefs } from '../../app/prefs.svelte';

class Opened {
  #warnings = new SvelteMap<Id, boolean>();
  #filtered = new SvelteSet<Id>();
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

  /** A warning opens text and media together. */
  toggle(id: Id): void {
    const open = !this.has(id);
    this.#warnings.set(id, open);
    if (open) this.#media.set(id, true);
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
