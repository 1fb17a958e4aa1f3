// What is done about quotes: finding what a link names, taking an own post out, changing who may quote.
import { announcer } from '../../app/announce.svelte';
import { get, post, put } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import type { Id, QuotePolicy, Search, Status } from '../../app/entities';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';

/** The post behind a link, if there is one that the reader may quote. */
export async function postBehind(link: string): Promise<Status | null> {
  try {
    const { statuses } = await get<Search>('/api/v2/search', { q: link, type: 'statuses', resolve: true, limit: 1 });
    const [status] = statuses;
    const approval = status?.quote_approval?.current_user;
    return status && (approval === 'automatic' || approval === 'manual') ? status : null;
  } catch {
    // A link that nobody can look up is still a link.
    return null;
  }
}

/** Takes an own post out of the post that quotes it, after a question. */
export async function revoke(quoted: Id, quoting: Id): Promise<void> {
  const sure = await confirm.ask({ title: t('revoke.title'), text: t('revoke.text'), action: t('revoke.action'), danger: true });
  if (!sure) return;
  try {
    store.put(await post<Status>(`/api/v1/statuses/${quoted}/quotes/${quoting}/revoke`));
    announcer.toast(t('revoke.done'));
  } catch (error) {
    announcer.failed(error);
  }
}

export async function changePolicy(id: Id, quote_approval_policy: QuotePolicy): Promise<void> {
  store.put(await put<Status>(`/api/v1/statuses/${id}/interaction_policy`, { quote_approval_policy }));
  announcer.toast(t('policy.done'));
}

/** The policy that a post has, read from its approval. */
export function policyOf(status: Status | undefined): QuotePolicy {
  const automatic = status?.quote_approval?.automatic ?? [];
  return automatic.includes('public') ? 'public' : automatic.includes('followers') ? 'followers' : 'nobody';
}
