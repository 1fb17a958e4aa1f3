// Changing filters: what is saved, and that feeds follow.
import { announcer } from '../../app/announce.svelte';
import { del, get, post, put } from '../../app/api';
import type { Filter, FilterAction, FilterContext, Id, Status } from '../../app/entities';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';
import { renewFeeds } from '../timelines/feed.svelte';

export const CONTEXTS: FilterContext[] = ['home', 'notifications', 'public', 'thread', 'account'];
export const ACTIONS: FilterAction[] = ['warn', 'blur', 'hide'];

export interface Keyword {
  id?: Id;
  keyword: string;
  whole_word: boolean;
}

export interface FilterDraft {
  title: string;
  context: FilterContext[];
  filter_action: FilterAction;
  /** Seconds from now; empty for never; absent leaves it as it is. */
  expires_in?: number | '';
  keywords: Keyword[];
}

/** Makes a filter, or changes it; words that were there before and are not any more are taken away. */
export async function save(draft: FilterDraft, before: Filter | null): Promise<Filter> {
  const kept = draft.keywords.filter(({ keyword }) => keyword.trim());
  const gone = (before?.keywords ?? []).filter(({ id }) => !kept.some((one) => one.id === id));
  const { title, context, filter_action, expires_in } = draft;
  const body = {
    title,
    context,
    filter_action,
    ...(expires_in !== undefined && { expires_in }),
    keywords_attributes: [
      ...kept.map(({ id, keyword, whole_word }) => ({ ...(id && { id }), keyword: keyword.trim(), whole_word })),
      ...gone.map(({ id }) => ({ id, _destroy: true })),
    ],
  };
  const filter = before ? await put<Filter>(`/api/v2/filters/${before.id}`, body) : await post<Filter>('/api/v2/filters', body);
  renewFeeds();
  return filter;
}

export async function remove(id: Id): Promise<void> {
  await del(`/api/v2/filters/${id}`);
  renewFeeds();
}

/** Puts one post into a filter, and looks at it anew. */
export async function addPost(filter: Filter, status: Id): Promise<void> {
  await post(`/api/v2/filters/${filter.id}/statuses`, { status_id: status });
  store.put(await get<Status>(`/api/v1/statuses/${status}`));
  renewFeeds();
  announcer.toast(t('filter.done', { title: filter.title }));
}
