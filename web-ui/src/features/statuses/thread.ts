// The order of a thread, and where a new reply belongs in it.
import type { Id, Status } from '../../app/entities';

export interface ThreadState {
  ancestors: Id[];
  focused: Id;
  descendants: Id[];
}

/** All ids of a thread in reading order. */
export function order(thread: ThreadState): Id[] {
  return [...thread.ancestors, thread.focused, ...thread.descendants];
}

/** Posts that one thread is counted through at most. */
const LONGEST = 200;

/**
 * Where a post stands in a thread that its author goes on with by themselves, from 1; null for one alone, and while the
 * beginning is not known. `find` gives a known post, `next` the first own reply to one.
 */
export function placeInThread(status: Status, find: (id: Id) => Status | undefined, next: (id: Id) => Id | undefined): { at: number; count: number } | null {
  const author = status.account.id;
  let at = 1;
  for (let one = status; one.in_reply_to_id && one.in_reply_to_account_id === author; at += 1) {
    const above = find(one.in_reply_to_id);
    if (!above || above.account.id !== author || at > LONGEST) return null;
    one = above;
  }
  let count = at;
  for (let below = next(status.id); below && count < LONGEST; below = next(below)) count += 1;
  return count > 1 ? { at, count } : null;
}

/**
 * Puts a status that has just appeared into the thread, behind the last one of the branch it replies to.
 * A status that replies to nothing in the thread changes nothing.
 */
export function insert(thread: ThreadState, status: Status, find: (id: Id) => Status | undefined): ThreadState {
  const parent = status.in_reply_to_id;
  const all = order(thread);
  if (!parent || status.reblog || all.includes(status.id)) return thread;
  if (parent === thread.focused) return { ...thread, descendants: [...thread.descendants, status.id] };
  const at = thread.descendants.indexOf(parent);
  if (at < 0) return thread;
  const branch = new Set([parent]);
  let end = at + 1;
  for (; end < thread.descendants.length; end += 1) {
    const id = thread.descendants[end];
    const above = id && find(id)?.in_reply_to_id;
    if (!id || !above || !branch.has(above)) break;
    branch.add(id);
  }
  return { ...thread, descendants: thread.descendants.toSpliced(end, 0, status.id) };
}
