// What happens to a list of ids when pages, live posts and deletions come in. Pure, so that it can be proved.
import { newer, type Id } from '../../app/entities';

export interface FeedState {
  /** What is shown, newest first. */
  ids: Id[];
  /** Newer posts that wait behind the bar, newest first. */
  waiting: Id[];
  /** After each of these ids something may be missing. */
  gaps: Id[];
  /** Address of the next older page; null when the end is reached or nothing is known. */
  next: string | null;
  /** Has the first page come? */
  begun: boolean;
}

/** Shown ids are never more than this; what is cut off at the far end can be loaded again. */
export const MOST_SHOWN = 800;
/** Waiting ids are never more than this; beyond it a gap is left. */
export const MOST_WAITING = 120;

export const EMPTY: FeedState = { ids: [], waiting: [], gaps: [], next: null, begun: false };

function unseen(state: FeedState, ids: Id[]): Id[] {
  const known = new Set([...state.ids, ...state.waiting]);
  return ids.filter((id) => !known.has(id) && known.add(id));
}

/** The first page: replaces what was shown. */
export function first(_state: FeedState, ids: Id[], next: string | undefined): FeedState {
  return { ...EMPTY, ids: [...new Set(ids)], next: next ?? null, begun: true };
}

/** An older page at the end. */
export function more(state: FeedState, ids: Id[], next: string | undefined): FeedState {
  // A page that brings nothing has no successor, whatever its Link header says.
  return { ...state, ids: [...state.ids, ...unseen(state, ids)], next: ids.length ? (next ?? null) : null };
}

/** A live post: waits, sorted by age. Posts older than everything shown are left to paging. */
export function arrive(state: FeedState, id: Id): FeedState {
  if (!state.begun || !unseen(state, [id]).length) return state;
  const at = state.waiting.findIndex((other) => newer(id, other));
  const waiting = at < 0 ? [...state.waiting, id] : state.waiting.toSpliced(at, 0, id);
  if (waiting.length <= MOST_WAITING) return { ...state, waiting };
  const kept = waiting.slice(0, MOST_WAITING);
  const last = kept.at(-1);
  return { ...state, waiting: kept, gaps: last ? [...state.gaps.filter((gap) => !waiting.includes(gap)), last] : state.gaps };
}

/** The newest posts after a pause; `full` when there may be more between them and what is known. */
export function catchUp(state: FeedState, ids: Id[], full: boolean): FeedState {
  const fresh = unseen(state, ids);
  if (!fresh.length) return state;
  const last = fresh.at(-1);
  const gaps = full && last && fresh.length === ids.length ? [...state.gaps, last] : state.gaps;
  const waiting = [...fresh, ...state.waiting].sort((a, b) => (newer(a, b) ? -1 : 1));
  return { ...state, waiting, gaps };
}

/** Shows what waits. */
export function reveal(state: FeedState): FeedState {
  if (!state.waiting.length) return state;
  const ids = [...state.waiting, ...state.ids];
  return { ...state, ids: ids.slice(0, MOST_SHOWN), waiting: [], next: ids.length > MOST_SHOWN ? '' : state.next };
}

/** An own post, shown at once at the top together with what waits. */
export function prepend(state: FeedState, id: Id): FeedState {
  if (!state.begun) return state;
  return reveal(state.waiting.includes(id) ? state : arrive(state, id));
}

/** Posts between `after` and the one below it. */
export function fill(state: FeedState, after: Id, ids: Id[], full: boolean): FeedState {
  const at = state.ids.indexOf(after);
  const gaps = state.gaps.filter((gap) => gap !== after);
  if (at < 0) return { ...state, gaps };
  const fresh = unseen(state, ids);
  const last = fresh.at(-1);
  return {
    ...state,
    ids: state.ids.toSpliced(at + 1, 0, ...fresh),
    gaps: full && last && fresh.length === ids.length ? [...gaps, last] : gaps,
  };
}

/** A page further down, with a gap between it and what is shown. */
export function jump(state: FeedState, ids: Id[], next: string | undefined): FeedState {
  const last = state.ids.at(-1);
  const fresh = unseen(state, ids);
  if (!last || !fresh.length) return state;
  return { ...state, ids: [...state.ids, ...fresh], gaps: fresh.length === ids.length ? [...state.gaps, last] : state.gaps, next: next ?? null };
}

/** Takes ids away; a gap after one of them moves to the post above. */
export function remove(state: FeedState, gone: (id: Id) => boolean): FeedState {
  if (!state.ids.some(gone) && !state.waiting.some(gone)) return state;
  const order = [...state.waiting, ...state.ids];
  const gaps = state.gaps.flatMap((gap) => {
    if (!gone(gap)) return [gap];
    const above = order.slice(0, order.indexOf(gap)).findLast((id) => !gone(id));
    return above ? [above] : [];
  });
  const keep = (id: Id): boolean => !gone(id);
  return { ...state, ids: state.ids.filter(keep), waiting: state.waiting.filter(keep), gaps };
}
