// Profiles that the moderators have hidden: only those who follow them, and those who ask, see them as they are.
import { SvelteSet } from 'svelte/reactivity';
import type { Account, Id } from '../../app/entities';
import { store } from '../../app/store.svelte';

class Limited {
  /** Uncovered by the reader, for as long as the page is open. */
  #seen = new SvelteSet<Id>();

  hides({ id, limited }: Account): boolean {
    if (!limited || this.#seen.has(id) || store.isMe(id)) return false;
    const relation = store.relationships.get(id);
    return !relation?.following && !relation?.requested;
  }

  show(id: Id): void {
    this.#seen.add(id);
  }
}

export const limited = new Limited();
