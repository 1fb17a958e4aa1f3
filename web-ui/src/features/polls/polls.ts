// Voting and looking again: the answer replaces the poll wherever its post stands.
import { announcer } from '../../app/announce.svelte';
import { get, post } from '../../app/api';
import type { Id, Poll } from '../../app/entities';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';

/** Part of the whole that an option has, 0 to 1; several votes of one person count as one person. */
export function part(poll: Poll, votes: number | null): number {
  const whole = poll.multiple ? (poll.voters_count ?? poll.votes_count) : poll.votes_count;
  return whole && votes ? Math.min(1, votes / whole) : 0;
}

/** Casts the reader's vote; true when it counts. */
export async function vote(status: Id, poll: Poll, choices: number[]): Promise<boolean> {
  try {
    store.edit(status, { poll: await post<Poll>(`/api/v1/polls/${poll.id}/votes`, { choices }) });
    announcer.say(t('poll.voted'));
    return true;
  } catch (error) {
    announcer.failed(error);
    return false;
  }
}

/** Asks how the poll stands now. */
export async function refresh(status: Id, poll: Poll): Promise<void> {
  try {
    store.edit(status, { poll: await get<Poll>(`/api/v1/polls/${poll.id}`) });
    announcer.say(t('poll.refreshed'));
  } catch (error) {
    announcer.failed(error, () => void refresh(status, poll));
  }
}
