// What home shows: the reader may leave out boosts, replies to others, and quotes.
import type { Status } from '../../app/entities';
import { prefs } from '../../app/prefs.svelte';
import { session } from '../../app/session';

/** Does the reader want to see this post at home? Their own are never left out, nor what goes on in a thread of one person. */
export function wantedAtHome(outer: Status): boolean {
  const { homeBoosts, homeReplies, homeQuotes } = prefs.choices;
  if (outer.reblog && !homeBoosts) return false;
  const status = outer.reblog ?? outer;
  if (status.account.id === session.account_id) return true;
  const others = !!status.in_reply_to_id && status.in_reply_to_account_id !== status.account.id;
  return (homeReplies || !others || status.in_reply_to_account_id === session.account_id) && (homeQuotes || !status.quote);
}
