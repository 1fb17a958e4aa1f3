// Lists of posts: paging, waiting posts, gaps, deletions.
import { describe, expect, it } from 'vitest';
import * as reduce from './reduce';

const started = reduce.first(reduce.EMPTY, ['30', '20', '10'], '/next');

describe('a feed', () => {
  it('ends when a page names no next one', () => {
    expect(reduce.first(reduce.EMPTY, ['1'], undefined).next).toBeNull();
    expect(started.next).toBe('/next');
  });

  it('grows at the end without doubles', () => {
    const state = reduce.more(started, ['10', '9', '8'], '/later');
    expect(state.ids).toEqual(['30', '20', '10', '9', '8']);
    expect(state.next).toBe('/later');
  });

  it('ends at an empty page even if the page names a next one', () => {
    expect(reduce.more(started, [], '/for-ever').next).toBeNull();
  });

  it('lets live posts wait, sorted, each once', () => {
    const state = ['50', '40', '50', '20'].reduce(reduce.arrive, started);
    expect(state.ids).toEqual(started.ids);
    expect(state.waiting).toEqual(['50', '40']);
  });

  it('takes no live posts before its first page', () => {
    expect(reduce.arrive(reduce.EMPTY, '1')).toBe(reduce.EMPTY);
  });

  it('shows what waits on demand', () => {
    const state = reduce.reveal(reduce.arrive(started, '40'));
    expect(state.ids).toEqual(['40', '30', '20', '10']);
    expect(state.waiting).toEqual([]);
  });

  it('shows an own post at once, with what waits', () => {
    const state = reduce.prepend(reduce.arrive(started, '40'), '41');
    expect(state.ids).toEqual(['41', '40', '30', '20', '10']);
    expect(reduce.prepend(reduce.arrive(started, '41'), '41').ids).toEqual(['41', '30', '20', '10']);
  });

  it('marks a gap when many posts were missed, and closes it', () => {
    const away = reduce.catchUp(started, ['90', '80'], true);
    expect(away.waiting).toEqual(['90', '80']);
    expect(away.gaps).toEqual(['80']);
    const shown = reduce.reveal(away);
    const half = reduce.fill(shown, '80', ['70', '60'], true);
    expect(half.ids).toEqual(['90', '80', '70', '60', '30', '20', '10']);
    expect(half.gaps).toEqual(['60']);
    const closed = reduce.fill(half, '60', ['50'], false);
    expect(closed.ids).toEqual(['90', '80', '70', '60', '50', '30', '20', '10']);
    expect(closed.gaps).toEqual([]);
  });

  it('marks no gap when the missed posts join what is known', () => {
    expect(reduce.catchUp(started, ['50', '40'], false).gaps).toEqual([]);
    expect(reduce.catchUp(started, ['40', '30'], true).gaps).toEqual([]);
  });

  it('leaves a gap above a place further down', () => {
    const state = reduce.jump(started, ['5', '4'], '/rest');
    expect(state.ids).toEqual(['30', '20', '10', '5', '4']);
    expect(state.gaps).toEqual(['10']);
    expect(state.next).toBe('/rest');
    expect(reduce.jump(started, ['10', '9'], '/rest').gaps).toEqual([]);
    expect(reduce.jump(reduce.EMPTY, ['5'], undefined)).toBe(reduce.EMPTY);
  });

  it('forgets deleted posts everywhere, also above a gap', () => {
    const state = reduce.catchUp(started, ['90', '80'], true);
    const left = reduce.remove(state, (id) => id === '80' || id === '20');
    expect(left.waiting).toEqual(['90']);
    expect(left.ids).toEqual(['30', '10']);
    expect(left.gaps).toEqual(['90']);
  });

  it('is left alone by deletions that do not concern it', () => {
    expect(reduce.remove(started, (id) => id === '99')).toBe(started);
  });

  it('never holds more than its limits, and leaves a gap where waiting posts were let go', () => {
    let state = started;
    for (let id = 1_000; id < 1_000 + reduce.MOST_WAITING + 5; id += 1) state = reduce.arrive(state, String(id));
    expect(state.waiting).toHaveLength(reduce.MOST_WAITING);
    expect(state.gaps).toEqual([state.waiting.at(-1)]);
    const many = reduce.first(reduce.EMPTY, Array.from({ length: reduce.MOST_SHOWN }, (_, at) => String(999_999 - at)), undefined);
    const cut = reduce.reveal(reduce.arrive(many, '1000000'));
    expect(cut.ids).toHaveLength(reduce.MOST_SHOWN);
    expect(cut.next).toBe('');
  });
});
