// Finds the account behind an address in the URL.
import { untrack } from 'svelte';
import { ApiError, get } from '../../app/api';
import type { Account } from '../../app/entities';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';

/** The account named `acct`; one unknown here is asked of its own server. Throws when there is none. */
export async function lookup(acct: string): Promise<Account> {
  const wanted = acct.toLowerCase();
  // A look at what is known now: whoever calls from an effect does not want to hear of every new account.
  const known = untrack(() => [...store.accounts.values()].find((account) => account.acct.toLowerCase() === wanted));
  try {
    const account = await get<Account>('/api/v1/accounts/lookup', { acct });
    store.putAccount(account);
    return account;
  } catch (error) {
    if (known && error instanceof ApiError && error.passing) return known;
    if (!session.token || !acct.includes('@') || !(error instanceof ApiError) || error.status !== 404) throw error;
    const [account] = await get<Account[]>('/api/v1/accounts/search', { q: `@${acct}`, resolve: true, limit: 1 });
    if (account?.acct.toLowerCase() !== wanted) throw error;
    store.putAccount(account);
    return account;
  }
}
