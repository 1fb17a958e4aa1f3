// Boost, favourite, bookmark, delete: shown at once, undone when the server refuses.
import { announcer } from '../../app/announce.svelte';
import { del, get, post } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import type { Id, Status } from '../../app/entities';
import { t, type MessageKey } from '../../app/i18n';
import { store } from '../../app/store.svelte';

export type Mark = 'favourited' | 'reblogged' | 'bookmarked';

const VERBS = {
  favourited: ['favourite', 'unfavourite'],
  reblogged: ['reblog', 'unreblog'],
  bookmarked: ['bookmark', 'unbookmark'],
} as const;
const COUNTS = { favourited: 'favourites_count', reblogged: 'reblogs_count', bookmarked: null } as const;

/** What the reader wants last, while a request about it is on its way. */
const wanted = new Map<string, boolean>();

function show(id: Id, mark: Mark, on: boolean): void {
  const status = store.statuses.get(id);
  if (!status || !!status[mark] === on) return;
  const count = COUNTS[mark];
  store.edit(id, { [mark]: on, ...(count && { [count]: Math.max(0, status[count] + (on ? 1 : -1)) }) });
}

/** Sets or clears a mark. Pressing again before the answer is here is remembered, not lost. */
export async function toggle(id: Id, mark: Mark): Promise<void> {
  const status = store.statuses.get(id);
  if (!status) return;
  const before = !!status[mark];
  const key = `${mark} ${id}`;
  const running = wanted.has(key);
  wanted.set(key, !before);
  show(id, mark, !before);
  if (running) return;
  let sent = before;
  try {
    for (let want = wanted.get(key); want !== undefined && want !== sent; want = wanted.get(key)) {
      const answer = await post<Status>(`/api/v1/statuses/${id}/${VERBS[mark][want ? 0 : 1]}`);
      sent = want;
      if (wanted.get(key) === want) {
        const inner = answer.reblog ?? answer;
        store.edit(id, { ...inner, [mark]: want });
      }
    }
    announcer.say(t(`said.${mark}.${sent ? 'on' : 'off'}`));
  } catch (error) {
    show(id, mark, sent);
    announcer.failed(error, () => void toggle(id, mark));
  } finally {
    wanted.delete(key);
  }
}

/** Deletes an own post after a question; true when it is gone. */
export async function remove(id: Id): Promise<boolean> {
  const sure = await confirm.ask({
    title: t('delete.title'),
    text: t('delete.text'),
    action: t('delete.action'),
    danger: true,
  });
  if (!sure) return false;
  try {
    await del(`/api/v1/statuses/${id}?delete_media=true`);
    store.remove(id);
    announcer.toast(t('delete.done'));
    return true;
  } catch (error) {
    announcer.failed(error);
    return false;
  }
}

/** Pins an own post to the profile, or takes it off. */
export async function pin(id: Id, on: boolean): Promise<void> {
  try {
    store.put(await post<Status>(`/api/v1/statuses/${id}/${on ? 'pin' : 'unpin'}`));
    announcer.toast(t(on ? 'pin.done' : 'pin.undone'));
  } catch (error) {
    announcer.failed(error);
  }
}

/** Leaves a conversation alone: nothing more of it is notified; or hears of it again. */
export async function muteConversation(id: Id, on: boolean): Promise<void> {
  try {
    const { muted } = await post<Status>(`/api/v1/statuses/${id}/${on ? 'mute' : 'unmute'}`);
    store.edit(id, { muted: muted ?? on });
    announcer.toast(t(on ? 'conversations.muted' : 'conversations.unmuted'));
  } catch (error) {
    announcer.failed(error, () => void muteConversation(id, on));
  }
}

/** Copies the lines that show a post on another website. */
export async function copyEmbed(address: string): Promise<void> {
  try {
    const { html } = await get<{ html: string }>('/api/oembed', { url: address });
    await copyText(html, 'copy.embed');
  } catch (error) {
    announcer.failed(error, () => void copyEmbed(address));
  }
}

/** Can the device hand an address on to another app? */
export const shares = typeof navigator.share === 'function';

export async function share(address: string): Promise<void> {
  try {
    await navigator.share({ url: address });
  } catch (error) {
    // Whoever shuts the window of the device has changed their mind.
    if (!(error instanceof DOMException && error.name === 'AbortError')) announcer.failed(error);
  }
}

/** Copies the address of a post, a person, a collection. */
export async function copyLink(address: string): Promise<void> {
  await copyText(address, 'copy.done');
}

/** Copies a text, and says so. */
export async function copyText(text: string, done: MessageKey): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announcer.toast(t(done));
  } catch {
    announcer.toast(t('copy.failed'), undefined, 'error');
  }
}
