// The windows that open over any page, one at a time, each loaded when it is first wanted.
import type { Component } from 'svelte';
import type { Account, Collection, Id, Status } from './entities';
import { withWords } from './i18n';

/** What each window needs to know. */
export interface WindowProps {
  history: { id: Id };
  filter: { id: Id };
  policy: { id: Id };
  report: { account: Account; status: Status | null; collection?: Collection };
  lists: { account: Account };
  collections: { account: Account };
  languages: { account: Account };
  mute: { account: Account };
}

export type WindowName = keyof WindowProps;
type Opened = { [N in WindowName]: { name: N; props: WindowProps[N] } }[WindowName];
type Load = () => Promise<{ default: Component<Record<string, unknown> & { onclose: () => void }> }>;

/** Each component declares the props of its own name. */
const lazy = (load: () => Promise<unknown>): Load => (() => withWords(load)) as Load;

export const WINDOWS: Record<WindowName, Load> = {
  history: lazy(() => import('../features/statuses/EditHistory.svelte')),
  filter: lazy(() => import('../features/filters/FilterDialog.svelte')),
  policy: lazy(() => import('../features/quotes/PolicyDialog.svelte')),
  lists: lazy(() => import('../features/lists/ListsDialog.svelte')),
  collections: lazy(() => import('../features/collections/CollectionsDialog.svelte')),
  languages: lazy(() => import('../features/accounts/LanguagesDialog.svelte')),
  mute: lazy(() => import('../features/accounts/MuteDialog.svelte')),
  report: lazy(() => import('../features/reports/ReportDialog.svelte')),
};

class Windows {
  opened = $state.raw<Opened | null>(null);

  show<N extends WindowName>(name: N, props: WindowProps[N]): void {
    this.opened = { name, props } as unknown as Opened;
  }

  close(): void {
    this.opened = null;
  }
}

export const windows = new Windows();
