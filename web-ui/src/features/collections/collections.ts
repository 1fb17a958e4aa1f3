// Collections: asked for and changed, with the reasons of the server in the reader's words.
import { ApiError, del, get, post, put } from '../../app/api';
import { reason } from '../../app/announce.svelte';
import type { Account, Collection, CollectionItem, Id } from '../../app/entities';
import { t } from '../../app/i18n';
import { session } from '../../app/session';

/** Longest name and description, in characters. */
export const NAME = 40;
export const DESCRIPTION = 100;
/** How many people fit in. */
export const MOST = 25;

/** More than anybody has. */
const ALL = 80;

export interface CollectionDraft {
  name: string;
  description: string;
  language: string;
  tag_name: string;
  discoverable: boolean;
  sensitive: boolean;
}

/** What somebody shows; to its maker, also what is not listed. */
export async function collectionsOf(account: Id): Promise<Collection[]> {
  return (await get<{ collections: Collection[] }>(`/api/v1/accounts/${account}/collections`, { limit: ALL })).collections;
}

/** The reader's own. */
export function ownCollections(): Promise<Collection[]> {
  return collectionsOf(session.account_id ?? '');
}

/** Those of others that show the reader, each with its maker where that is known. */
export async function showingMe(): Promise<{ collection: Collection; maker: Account | undefined }[]> {
  const { collections } = await get<{ collections: Collection[] }>(`/api/v1/accounts/${session.account_id}/in_collections`, { limit: ALL });
  const others = collections.filter((one) => one.account_id !== session.account_id);
  const ids = [...new Set(others.map((one) => one.account_id))];
  const makers = ids.length ? await get<Account[]>('/api/v1/accounts', { id: ids }) : [];
  return others.map((collection) => ({ collection, maker: makers.find(({ id }) => id === collection.account_id) }));
}

export async function save(draft: CollectionDraft, id: Id | null): Promise<Collection> {
  const path = '/api/v1/collections';
  const { collection } = await (id ? put<{ collection: Collection }>(`${path}/${id}`, { ...draft }) : post<{ collection: Collection }>(path, { ...draft }));
  return collection;
}

export async function remove(id: Id): Promise<void> {
  await del(`/api/v1/collections/${id}`);
}

export async function addTo(collection: Id, account: Id): Promise<CollectionItem> {
  return (await post<{ collection_item: CollectionItem }>(`/api/v1/collections/${collection}/items`, { account_id: account })).collection_item;
}

export async function takeOut(collection: Id, item: Id): Promise<void> {
  await del(`/api/v1/collections/${collection}/items/${item}`);
}

/** The place of an account in a collection. */
export function placeOf({ items }: Collection, account: Id): CollectionItem | undefined {
  return items.find(({ account_id }) => account_id === account);
}

/** Why this account cannot be put into a collection; null when it can, or may be asked. */
export function objection({ acct, feature_approval: approval }: Account): string | null {
  const name = `@${acct}`;
  if (approval?.current_user === 'denied') return t('collections.denied', { name });
  if (approval?.current_user === 'missing' || approval?.current_user === 'unknown') return t('collections.unable', { name });
  return null;
}

/** Why somebody was not put in. Whoever is asked may have changed their mind since the page was loaded. */
export function refusal(error: unknown, collection: Collection, account: Account): string {
  if (error instanceof ApiError && error.status === 403) return t('collections.denied', { name: `@${account.acct}` });
  if (error instanceof ApiError && error.status === 422 && collection.items.length >= MOST) return t('collections.full', { count: MOST });
  return reason(error);
}

/** What is wrong with what was typed, by field; `base` is about the whole. */
export function faults(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || !Object.keys(error.details).length) return { base: reason(error) };
  return Object.fromEntries(Object.entries(error.details).map(([field, [first]]) => [field, fault(field, first?.error ?? '') ?? first?.description ?? '']));
}

function fault(field: string, code: string): string | null {
  if (field === 'base' && code === 'ERR_TOO_MANY') return t('collections.too-many');
  if (field === 'name' && code === 'ERR_BLANK') return t('collections.nameless');
  if (field === 'tag_name') return t('collections.no-tag');
  if (code === 'ERR_TOO_LONG') return t('collections.too-long', { count: field === 'name' ? NAME : DESCRIPTION });
  return null;
}
