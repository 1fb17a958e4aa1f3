// What goes with following and being followed: hearing of posts, leaving boosts out, a place on the profile, a note.
import { announcer } from '../../app/announce.svelte';
import { post } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import type { Account, Relationship } from '../../app/entities';
import { t, type MessageKey } from '../../app/i18n';
import { store } from '../../app/store.svelte';
import { windows } from '../../app/windows.svelte';
import type { MenuItem } from '../../ui/Menu.svelte';
import { renewFeed } from '../timelines/feed.svelte';

/** Changes one side of what the reader is to somebody, by a call that answers the relationship. */
async function set(account: Account, verb: string, body: { notify?: boolean; reblogs?: boolean; comment?: string }, said: MessageKey): Promise<boolean> {
  try {
    store.relationships.set(account.id, await post<Relationship>(`/api/v1/accounts/${account.id}/${verb}`, body));
    announcer.toast(t(said, { name: `@${account.acct}` }));
    return true;
  } catch (error) {
    announcer.failed(error, () => void set(account, verb, body, said));
    return false;
  }
}

/** Keeps a note about somebody that only the reader sees. */
export function keepNote(account: Account, comment: string): Promise<boolean> {
  return set(account, 'note', { comment }, 'note.kept');
}

async function removeFollower(account: Account): Promise<void> {
  const name = `@${account.acct}`;
  const sure = await confirm.ask({ title: t('unfollower.title', { name }), text: t('unfollower.text'), action: t('unfollower.action'), danger: true });
  if (sure) await set(account, 'remove_from_followers', {}, 'relation.unfollower');
}

/** Of which languages posts of somebody appear at home; an empty list means all. Throws what the server refuses. */
export async function setLanguages(account: Account, languages: string[]): Promise<void> {
  store.relationships.set(account.id, await post<Relationship>(`/api/v1/accounts/${account.id}/follow`, { languages }));
  announcer.toast(t('languages.saved'));
  renewFeed('home');
}

async function toggleBoosts(account: Account, on: boolean): Promise<void> {
  if (await set(account, 'follow', { reblogs: on }, on ? 'relation.boosts' : 'relation.no-boosts')) renewFeed('home');
}

/** Entries for the menu of the profile of somebody the reader follows, or who follows the reader. */
export function followItems(account: Account): MenuItem[] {
  const relation = store.relationships.get(account.id);
  const items: MenuItem[] = [];
  if (relation?.following) {
    const { notifying, showing_reblogs: boosts, endorsed } = relation;
    items.push(
      { label: t(notifying ? 'menu.unnotify' : 'menu.notify'), icon: 'bell', run: () => void set(account, 'follow', { notify: !notifying }, notifying ? 'relation.unnotify' : 'relation.notify') },
      { label: t(boosts ? 'menu.no-boosts' : 'menu.boosts'), icon: 'repeat-2', run: () => void toggleBoosts(account, !boosts) },
      { label: t('menu.languages'), icon: 'languages', run: () => windows.show('languages', { account }) },
      { label: t(endorsed ? 'menu.unendorse' : 'menu.endorse'), icon: 'star', run: () => void set(account, endorsed ? 'unendorse' : 'endorse', {}, endorsed ? 'relation.unendorse' : 'relation.endorse') },
    );
  }
  if (relation?.followed_by) items.push({ label: t('menu.unfollower'), icon: 'user-check', danger: true, run: () => void removeFollower(account) });
  return items;
}
