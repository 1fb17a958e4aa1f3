// Notifications drawn together.
import { describe, expect, it } from 'vitest';
import { account, notification, status } from '../../fixtures/entities';
import { join, rows, single } from './group';
import { sentence } from './sentence';

const bob = account({ id: '2', username: 'bob', display_name: 'Bob' });
const eve = account({ id: '3', username: 'eve', display_name: 'Eve' });

describe('rows of notifications', () => {
  it('are the server’s groups with their people and posts', () => {
    const [first, second] = rows({
      accounts: [bob, eve],
      statuses: [status({ id: '1' })],
      notification_groups: [
        { group_key: 'favourite-1-9', notifications_count: 5, type: 'favourite', most_recent_notification_id: 40, page_min_id: '20', page_max_id: '40', latest_page_notification_at: '2026-08-01T12:00:00Z', sample_account_ids: ['3', '2', '77'], status_id: '1' },
        { group_key: 'ungrouped-10', notifications_count: 1, type: 'follow', most_recent_notification_id: '10', sample_account_ids: ['2'] },
      ],
    });
    expect(first).toMatchObject({ id: '40', key: 'favourite-1-9', count: 5, accounts: [{ username: 'eve' }, { username: 'bob' }], status: { id: '1' } });
    expect(second).toMatchObject({ id: '10', status: null, accounts: [{ username: 'bob' }] });
  });

  it('grow when something joins, each person once, the newest first', () => {
    const old = single(notification({ id: '3', account: bob, group_key: 'g', status: status({ id: '1' }) }));
    const grown = join(old, single(notification({ id: '4', account: eve, group_key: 'g' })));
    expect(grown).toMatchObject({ id: '4', key: 'g', count: 2, status: { id: '1' } });
    expect(grown.accounts.map(({ username }) => username)).toEqual(['eve', 'bob']);
    expect(join(grown, single(notification({ id: '5', account: bob, group_key: 'g' }))).accounts).toHaveLength(2);
  });

  it('say the same again without counting twice', () => {
    const row = single(notification({ id: '3', group_key: 'g' }));
    expect(join(row, row).count).toBe(1);
  });

  it('without a key stand alone', () => {
    expect(single(notification({ id: '3' })).key).toBe('ungrouped-3');
  });
});

describe('the sentence of a row', () => {
  it('names one person and counts the others', () => {
    expect(sentence('favourite', bob, 1)).toBe('Bob favourited your post');
    expect(sentence('favourite', bob, 3)).toBe('Bob and 2 others favourited your post');
    expect(sentence('something new', bob, 1)).toBe('News from Bob');
    expect(sentence('moderation_warning', undefined, 1)).toBeTruthy();
  });
});
