// Where a new reply belongs in a thread.
import { describe, expect, it } from 'vitest';
import { status } from '../../fixtures/entities';
import { insert, placeInThread, type ThreadState } from './thread';

const all = new Map(
  [
    status({ id: '1' }),
    status({ id: '2', in_reply_to_id: '1' }),
    status({ id: '3', in_reply_to_id: '2' }),
    status({ id: '4', in_reply_to_id: '2' }),
    status({ id: '5', in_reply_to_id: '1' }),
  ].map((one) => [one.id, one]),
);
const thread: ThreadState = { ancestors: [], focused: '1', descendants: ['2', '3', '4', '5'] };
const add = (id: string, to: string | null): ThreadState =>
  insert(thread, status({ id, in_reply_to_id: to }), (one) => all.get(one));

describe('a new reply', () => {
  it('to the post itself comes last', () => {
    expect(add('9', '1').descendants).toEqual(['2', '3', '4', '5', '9']);
  });
  it('to a reply comes behind that branch', () => {
    expect(add('9', '2').descendants).toEqual(['2', '3', '4', '9', '5']);
    expect(add('9', '3').descendants).toEqual(['2', '3', '9', '4', '5']);
  });
  it('elsewhere, known already, or a boost changes nothing', () => {
    expect(add('9', '77')).toBe(thread);
    expect(add('9', null)).toBe(thread);
    expect(add('3', '1')).toBe(thread);
    expect(insert(thread, status({ id: '9', in_reply_to_id: '1', reblog: status() }), () => undefined)).toBe(thread);
  });
});

describe('the place in a thread of one author', () => {
  const me = '1';
  const mine = new Map(
    [
      status({ id: '11', in_reply_to_id: '5', in_reply_to_account_id: '2' }),
      status({ id: '12', in_reply_to_id: '11', in_reply_to_account_id: me }),
      status({ id: '13', in_reply_to_id: '12', in_reply_to_account_id: me }),
      status({ id: '14', in_reply_to_id: '77', in_reply_to_account_id: me }),
      status({ id: '15' }),
    ].map((one) => [one.id, one]),
  );
  const next = new Map([['11', '12'], ['12', '13']]);
  it.each([
    ['11', { at: 1, count: 3 }],
    ['12', { at: 2, count: 3 }],
    ['13', { at: 3, count: 3 }],
    ['14', null],
    ['15', null],
  ])('of post %s', (id, expected) => {
    expect(placeInThread(mine.get(id)!, (one) => mine.get(one), (one) => next.get(one))).toEqual(expected);
  });
  it('is looked for with an end', () => {
    const loop = status({ id: '21', in_reply_to_id: '21', in_reply_to_account_id: me });
    expect(placeInThread(loop, () => loop, () => '21')).toBeNull();
  });
});
