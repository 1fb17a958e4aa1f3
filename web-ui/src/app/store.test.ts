// One copy of each post and account, and nothing kept that nobody shows.
import { describe, expect, it } from 'vitest';
import { account, status } from '../fixtures/entities';
import { newer } from './entities';
import { store } from './store.svelte';

describe('the store', () => {
  it('takes a boosted post in as a post of its own', () => {
    store.put(status({ id: '2', reblog: status({ id: '1', content: '<p>inner</p>' }) }));
    expect(store.statuses.get('1')?.content).toBe('<p>inner</p>');
  });

  it("keeps the reader's marks when a public stream, which has none, tells of the post again", () => {
    store.put(status({ id: '3', favourited: true, bookmarked: true }));
    store.put(status({ id: '3', content: '<p>edited</p>' }));
    expect(store.statuses.get('3')).toMatchObject({ content: '<p>edited</p>', favourited: true, bookmarked: true });
    store.put(status({ id: '3', favourited: false }));
    expect(store.statuses.get('3')?.favourited).toBe(false);
  });

  it('keeps a vote through answers that do not know of it, until the post is edited', () => {
    const poll = (more: object) => ({ id: '5', expires_at: null, expired: false, multiple: false, votes_count: 1, voters_count: 1, options: [{ title: 'a', votes_count: 1 }], emojis: [], ...more });
    store.put(status({ id: '5', poll: poll({ voted: true, own_votes: [0] }) }));
    store.put(status({ id: '5', poll: poll({ voted: false, own_votes: [], votes_count: 0, voters_count: 0 }) }));
    expect(store.statuses.get('5')?.poll).toMatchObject({ voted: true, own_votes: [0], votes_count: 1 });
    store.put(status({ id: '5', poll: poll({ votes_count: 7, voters_count: 7 }) }));
    expect(store.statuses.get('5')?.poll).toMatchObject({ voted: true, own_votes: [0], votes_count: 7 });
    store.put(status({ id: '5', edited_at: '2026-01-01T00:00:00.000Z', poll: poll({ voted: false, own_votes: [] }) }));
    expect(store.statuses.get('5')?.poll?.voted).toBe(false);
  });

  it('removes a deleted post and its boosts', () => {
    store.put(status({ id: '11', reblog: status({ id: '10' }) }));
    store.remove('10');
    expect(store.statuses.has('10')).toBe(false);
    expect(store.statuses.has('11')).toBe(false);
    expect(store.gone.has('11')).toBe(true);
  });

  it("keeps the private part of the reader's account when a post brings the public one", () => {
    const source = { privacy: 'public' as const, sensitive: false, language: 'en', note: 'hi', fields: [], follow_requests_count: 0 };
    store.putAccount(account({ id: '9', source }));
    store.putAccount(account({ id: '9', display_name: 'New name' }));
    expect(store.accounts.get('9')).toMatchObject({ display_name: 'New name', source });
  });

  it('lets go of posts that no list holds once there are many', () => {
    const holder = { held: () => ['5001'] };
    store.holders.add(holder);
    store.put(status({ id: '5001', reblog: status({ id: '5000' }) }));
    store.putAll(Array.from({ length: 3001 }, (_, at) => status({ id: String(10_000 + at) })));
    expect(store.statuses.size).toBeLessThan(10);
    expect(store.statuses.has('5001')).toBe(true);
    expect(store.statuses.has('5000')).toBe(true);
    store.holders.delete(holder);
  });
});

describe('ids', () => {
  it('are compared as numbers too long for a double', () => {
    expect(newer('116000000000000001', '116000000000000000')).toBe(true);
    expect(newer('10', '9')).toBe(true);
    expect(newer('9', '9')).toBe(false);
  });
});
