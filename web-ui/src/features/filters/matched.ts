// What the reader's filters say about a post in the place where it stands. The server matches; the place decides.
import { getContext, setContext } from 'svelte';
import type { FilterAction, FilterContext, Id, Status } from '../../app/entities';

export interface Matched {
  action: FilterAction;
  titles: string[];
}

const ORDER: FilterAction[] = ['blur', 'warn', 'hide'];

/** The strongest action among the filters that apply here, and their names; null when nothing is to be done. */
export function matched(status: Status, place: FilterContext | null, me: Id | null, now: number): Matched | null {
  const inner = status.reblog ?? status;
  // Nobody is kept from their own words.
  if (!place || inner.account.id === me) return null;
  const results = [...(status.filtered ?? []), ...(status.reblog?.filtered ?? [])];
  const filters = results.map(({ filter }) => filter).filter(({ context, expires_at }) => context.includes(place) && (!expires_at || Date.parse(expires_at) > now));
  if (!filters.length) return null;
  const action = filters.map(({ filter_action }) => filter_action).sort((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0] ?? 'warn';
  const named = filters.filter(({ filter_action }) => filter_action === action);
  return { action, titles: [...new Set(named.map(({ title }) => title))] };
}

const KEY = Symbol('filter place');

/** Says for all posts below in which place they stand. */
export function filterPlace(place: FilterContext): void {
  setContext(KEY, place);
}

/** The place of this component; null where nothing is filtered. */
export function thisPlace(): FilterContext | null {
  return getContext<FilterContext | undefined>(KEY) ?? null;
}
