// Follow, block, mute: what the reader is to somebody, changed with a question first where it costs something.
import { announcer } from '../../app/announce.svelte';
import { get, post } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import type { Account, Id, Relationship } from '../../app/entities';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';
import { windows } from '../../app/windows.svelte';
import type { MenuItem } from '../../ui/Menu.svelte';
import { dropAuthor, renewFeed } from '../timelines/feed.svelte';

/** Milliseconds after a request to follow at which it is looked up whether the other server has answered. */
const LOOKS = [1_500, 4_000, 10_000];

type Verb = 'follow' | 'unfollow' | 'block' | 'unblock' | 'mute' | 'unmute';

/** How somebody is muted: seconds, 0 for ever; with their notifications or without. */
export type Muting = { duration: number; notifications: boolean };

async function change(account: Account, verb: Verb, before: Relationship | undefined, how?: Muting): Promise<void> {
  const name = `@${account.acct}`;
  if (before) store.relationships.set(account.id, { ...before, ...guess(account, verb) });
  try {
    store.relationships.set(account.id, await post<Relationship>(`/api/v1/accounts/${account.id}/${verb}`, how));
    // What home shows depends on whom one follows, blocks and mutes.
    if (verb === 'block' || verb === 'mute') dropAuthor(account.id);
    renewFeed('home');
    if (verb === 'follow' && !account.locked) void awaitAnswer(account.id);
    announcer.toast(t(`relation.${verb}`, { name }));
  } catch (error) {
    if (before) store.relationships.set(account.id, before);
    announcer.failed(error, () => void change(account, verb, before, how));
  }
}

/** Another server answers a follow in its own time; usually at once. */
async function awaitAnswer(id: Id): Promise<void> {
  for (const pause of LOOKS) {
    if (!store.relationships.get(id)?.requested) return;
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const [answer] = await get<Relationship[]>('/api/v1/accounts/relationships', { id: [id] });
      if (answer) store.relationships.set(id, answer);
    } catch {
      // The next visit of the profile asks again.
      return;
    }
  }
}

/** What the answer will most likely be, shown until it is here. */
function guess(account: Account, verb: Verb): Partial<Relationship> {
  switch (verb) {
    case 'follow':
      return account.locked ? { requested: true } : { following: true };
    case 'unfollow':
      return { following: false, requested: false };
    case 'block':
      return { blocking: true, following: false, followed_by: false, requested: false };
    case 'unblock':
      return { blocking: false };
    case 'mute':
      return { muting: true };
    case 'unmute':
      return { muting: false };
  }
}

/** Follows, or takes the follow (or the request) back. */
export async function toggleFollow(account: Account): Promise<void> {
  const relation = store.relationships.get(account.id);
  const on = relation?.following || relation?.requested;
  if (relation?.following) {
    const name = `@${account.acct}`;
    const sure = await confirm.ask({
      title: t('unfollow.title', { name }),
      text: t('unfollow.text'),
      action: t('unfollow.action'),
    });
    if (!sure) return;
  }
  await change(account, on ? 'unfollow' : 'follow', relation);
}

/** Blocks after a question, or ends the block. */
export async function toggleBlock(account: Account): Promise<void> {
  const relation = store.relationships.get(account.id);
  if (!relation?.blocking) {
    const name = `@${account.acct}`;
    const sure = await confirm.ask({ title: t('block.title', { name }), text: t('block.text'), action: t('block.action'), danger: true });
    if (!sure) return;
  }
  await change(account, relation?.blocking ? 'unblock' : 'block', relation);
}

/** Opens the window that asks how to mute, or ends the mute. */
export async function toggleMute(account: Account): Promise<void> {
  const relation = store.relationships.get(account.id);
  if (relation?.muting) await change(account, 'unmute', relation);
  else windows.show('mute', { account });
}

export async function mute(account: Account, how: Muting): Promise<void> {
  await change(account, 'mute', store.relationships.get(account.id), how);
}

/** Entries for the menus of posts and profiles. */
export function relationItems(account: Account): MenuItem[] {
  const relation = store.relationships.get(account.id);
  const name = account.username;
  return [
    {
      label: t(relation?.muting ? 'menu.unmute' : 'menu.mute', { name }),
      icon: 'volume-x',
      run: () => void toggleMute(account),
    },
    {
      label: t(relation?.blocking ? 'menu.unblock' : 'menu.block', { name }),
      icon: 'ban',
      danger: true,
      run: () => void toggleBlock(account),
    },
  ];
}
