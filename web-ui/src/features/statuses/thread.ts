// The order of a thread, and where a new answer belongs in it.
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

/**
 * Puts a status that has just appeared into the thread, behind the last one of the branch it answers.
 * A status that answers nothing in the thread changes nothing.
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
