// Blocking a whole server, and the pages of everything that is kept away.
import { announcer } from '../../app/announce.svelte';
import { del, post } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';
import { renewFeeds } from '../timelines/feed.svelte';

export function blockTabs(): { href: string; label: string }[] {
  return [
    { href: '/blocks', label: t('blocks.blocks') },
    { href: '/mutes', label: t('blocks.mutes') },
    { href: '/domain_blocks', label: t('blocks.domain_blocks') },
  ];
}

/** Hears nothing from a server any more, after a question; or hears from it again. */
export async function toggleDomain(domain: string, on: boolean): Promise<void> {
  if (on) {
    const sure = await confirm.ask({ title: t('domain.title', { domain }), text: t('domain.text'), action: t('domain.action'), danger: true });
    if (!sure) return;
  }
  try {
    if (on) await post('/api/v1/domain_blocks', { domain });
    else await del(`/api/v1/domain_blocks?domain=${encodeURIComponent(domain)}`);
    for (const [id, relation] of store.relationships) {
      if (store.accounts.get(id)?.acct.endsWith(`@${domain}`)) store.relationships.set(id, { ...relation, domain_blocking: on });
    }
    renewFeeds();
    announcer.toast(t(on ? 'domain.blocked' : 'domain.unblocked', { domain }));
  } catch (error) {
    announcer.failed(error, () => void toggleDomain(domain, on));
  }
}
