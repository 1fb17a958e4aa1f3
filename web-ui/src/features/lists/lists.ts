// The reader's lists: asked for once and kept current by what is done here.
import { announcer } from '../../app/announce.svelte';
import { del, get, post, put } from '../../app/api';
import type { Account, Id, List } from '../../app/entities';
import { t } from '../../app/i18n';
import { keptFeed, renewFeed, statuses, type Feed } from '../timelines/feed.svelte';

export function allLists(): Promise<List[]> {
  return get<List[]>('/api/v1/lists');
}

export type ListDraft = Omit<List, 'id'>;

export async function save(draft: ListDraft, id: Id | null): Promise<List> {
  const list = id ? await put<List>(`/api/v1/lists/${id}`, { ...draft }) : await post<List>('/api/v1/lists', { ...draft });
  // Whether the members of a list appear at home may have changed.
  renewFeed('home');
  renewFeed(`list:${list.id}`);
  return list;
}

export async function remove(id: Id): Promise<void> {
  await del(`/api/v1/lists/${id}`);
  renewFeed('home');
}

/** Puts somebody on a list or takes them off; true when it is done. */
export async function setMember(list: List, account: Account, on: boolean): Promise<boolean> {
  const path = `/api/v1/lists/${list.id}/accounts`;
  try {
    if (on) await post(path, { account_ids: [account.id] });
    else await del(`${path}?account_ids[]=${account.id}`);
    renewFeed(`list:${list.id}`);
    if (list.exclusive) renewFeed('home');
    announcer.say(t(on ? 'lists.added' : 'lists.removed', { name: `@${account.acct}`, title: list.title }));
    return true;
  } catch (error) {
    announcer.failed(error);
    return false;
  }
}

/** Posts of the members of a list. */
export function listFeed(id: Id): Feed {
  return keptFeed(`list:${id}`, () => statuses(`/api/v1/timelines/list/${id}`, undefined, { stream: 'list', list: id }));
}
