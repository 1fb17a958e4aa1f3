// What somebody in a list is called aloud: no more than the eye is shown.
import type { Account } from '../../app/entities';
import { spoken } from '../../app/i18n';
import { plainName } from '../../app/names';
import { limited } from './limited.svelte';

export function accountLabel(account: Account): string {
  const address = `@${account.acct}`;
  return limited.hides(account) ? address : spoken([plainName(account), address]);
}
