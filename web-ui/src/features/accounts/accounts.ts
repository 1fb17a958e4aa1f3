// Lists of accounts as feeds.
import type { Account } from '../../app/entities';
import { store } from '../../app/store.svelte';
import type { Source } from '../timelines/feed.svelte';

/** Source of a list of accounts. Its cursors are ids of hidden rows: paged by Link alone. */
export function accounts(path: string): Source<Account> {
  return {
    path,
    take: (items) => {
      const ids = store.putAccounts(items);
      store.relate(ids);
      return ids;
    },
  };
}
