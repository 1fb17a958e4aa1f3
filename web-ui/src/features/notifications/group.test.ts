// Notifications drawn together.
import { describe, expect, it } from 'vitest';
import { account, notification, status } from '../../fixtures/entities';
import { group } from './group';
import { sentence } from './sentence';

const bob = account({ id: '2', username: 'bob', display_name: 'Bob' });
const eve = account({ id: '3', username: 'eve', display_name: 'Eve' });

describe('rows of notifications', () => {
  it('join favourites of one post, each person once', () => {
    const rows = group([
      notification({ id: '4', account: bob, status: status({ id: '1' }) }),
      notification({ id: '3', account: eve, status: status({ id: '1' }) }),
      notification({ id: '2', account: bob, status: status({ id: '1' }) }),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.key).toBe('4');
    expect(rows[0]?.accounts.map(({ username }) => username)).toEqual(['bob', 'eve']);
  });

  it('keep different posts, kinds and days apart', () => {
    const one = status({ id: '1' });
    expect(
      group([
        notification({ id: '5', status: one }),
        notification({ id: '4', type: 'reblog', status: one }),
        notification({ id: '3', status: status({ id: '2' }) }),
        notification({ id: '2', status: one, created_at: '2026-07-20T00:00:00.000Z' }),
      ]),
    ).toHaveLength(4);
  });

  it('never join mentions', () => {
    expect(group([notification({ id: '2', type: 'mention', status: status() }), notification({ id: '1', type: 'mention', status: status() })])).toHaveLength(2);
  });
});

describe('the sentence', () => {
  it('names the first person and counts the others', () => {
    expect(sentence('favourite', [bob])).toBe('Bob favourited your post');
    expect(sentence('reblog', [bob, eve])).toBe('Bob and 1 other boosted your post');
    expect(sentence('follow', [bob, eve, account()])).toBe('Bob and 2 others followed you');
  });

  it('has words for kinds that the app does not know', () => {
    expect(sentence('something_new', [bob])).toBe('News from Bob');
  });
});
