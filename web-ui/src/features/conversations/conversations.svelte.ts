// The reader's conversations by id. A new word moves its conversation to the top.
import { SvelteMap } from 'svelte/reactivity';
import type { Conversation, Id } from '../../app/entities';
import { store } from '../../app/store.svelte';
import type { Source } from '../timelines/feed.svelte';

class Conversations {
  readonly byId = new SvelteMap<Id, Conversation>();

  take(items: Conversation[]): Id[] {
    for (const one of items) {
      store.putAccounts(one.accounts);
      if (one.last_status) store.put(one.last_status);
      this.byId.set(one.id, one);
    }
    return items.filter(({ last_status }) => last_status).map(({ id }) => id);
  }

  /** Paged by the posts inside, so by Link alone; live from the stream of direct posts. */
  source(): Source<Conversation> {
    return {
      path: '/api/v1/conversations',
      take: (items) => this.take(items),
      live: { stream: { stream: 'direct' }, pick: (event) => (event.event === 'conversation' ? event.conversation : null) },
    };
  }
}

export const conversations = new Conversations();
