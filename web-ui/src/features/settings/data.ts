// Files to take along and files that are brought: Shop's own routes.
import { del, download, get, upload } from '../../app/api';
import type { Id } from '../../app/entities';
import type { MessageKey } from '../../app/i18n';

/** What a file holds, in the order in which files make sense to be brought, and what it is called. */
export const KINDS = ['following', 'lists', 'muting', 'blocking', 'domain_blocking', 'bookmarks', 'custom_filters'] as const;
export type Kind = (typeof KINDS)[number];
const FILES: Record<Kind, string> = {
  following: 'following_accounts.csv',
  lists: 'lists.csv',
  muting: 'muted_accounts.csv',
  blocking: 'blocked_accounts.csv',
  domain_blocking: 'blocked_domains.csv',
  bookmarks: 'bookmarks.csv',
  custom_filters: 'custom_filters.json',
};
export type Mode = 'merge' | 'overwrite';

export interface Import {
  id: Id;
  type: Kind;
  mode: Mode;
  file_name: string;
  state: 'in_progress' | 'finished';
  total_items: number;
  processed_items: number;
  imported_items: number;
  failed_items: number;
  created_at: string;
  finished_at: string | null;
}

export interface Failure {
  line: number;
  cells: string[];
  reason: 'invalid' | 'not_found' | 'unreachable' | 'refused';
  message: string | null;
}

const EXPORTS = '/api/shop/v1/exports';
const IMPORTS = '/api/shop/v1/imports';

export const nameOf = (kind: Kind): MessageKey => `data.${kind}`;
export const counts = (): Promise<Record<Kind, number>> => get<Record<Kind, number>>(EXPORTS);
export const take = (kind: Kind): Promise<void> => download(`${EXPORTS}/${FILES[kind]}`, FILES[kind]);
export const imports = (): Promise<Import[]> => get<Import[]>(IMPORTS);
export const forget = (id: Id): Promise<unknown> => del(`${IMPORTS}/${id}`);
export const failures = (id: Id): Promise<Failure[]> => get<Failure[]>(`${IMPORTS}/${id}/failures`);
export const takeFailures = (one: Import): Promise<void> => download(`${IMPORTS}/${one.id}/failures.csv`, `failures_${FILES[one.type]}`);

/** Sends a file; large ones take their time. */
export async function bring(file: File, type: Kind, mode: Mode): Promise<Import> {
  const form = new FormData();
  form.set('type', type);
  form.set('mode', mode);
  form.set('data', file);
  return (await upload<Import>(IMPORTS, form, () => {}, new AbortController().signal)).body;
}

/** What the name of a file says about what it holds; the name of a blocked server's list says "block" too. */
export function guess(name: string): Kind | null {
  const signs: [RegExp, Kind][] = [
    [/domain/i, 'domain_blocking'],
    [/mut(ed|es|ing)/i, 'muting'],
    [/block/i, 'blocking'],
    [/bookmark/i, 'bookmarks'],
    [/filter/i, 'custom_filters'],
    [/list/i, 'lists'],
    [/follow/i, 'following'],
  ];
  return signs.find(([sign]) => sign.test(name))?.[1] ?? null;
}
