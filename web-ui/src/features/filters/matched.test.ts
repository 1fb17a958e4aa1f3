// Filters: where they apply, which one wins, whose posts they leave alone.
import { describe, expect, it } from 'vitest';
import type { Filter, FilterResult } from '../../app/entities';
import { account, status } from '../../fixtures/entities';
import { matched } from './matched';

const NOW = Date.parse('2026-08-01T12:00:00Z');

function result(change: Partial<Filter>): FilterResult {
  const filter: Filter = { id: '1', title: 'Spoilers', context: ['home'], expires_at: null, filter_action: 'warn', ...change };
  return { filter, keyword_matches: ['end'], status_matches: null };
}
const post = (...filtered: FilterResult[]) => status({ account: account({ id: '5' }), filtered });

describe('a filtered post', () => {
  it('is covered only where its filter applies', () => {
    expect(matched(post(result({})), 'home', '9', NOW)).toEqual({ action: 'warn', titles: ['Spoilers'] });
    expect(matched(post(result({})), 'thread', '9', NOW)).toBeNull();
    expect(matched(post(result({})), null, '9', NOW)).toBeNull();
  });

  it('follows the strongest filter', () => {
    const both = post(result({}), result({ id: '2', title: 'Sports', filter_action: 'hide' }), result({ id: '3', title: 'Nudes', filter_action: 'blur' }));
    expect(matched(both, 'home', '9', NOW)).toEqual({ action: 'hide', titles: ['Sports'] });
  });

  it('is left alone when the filter has ended, or it is the reader’s own', () => {
    expect(matched(post(result({ expires_at: '2026-08-01T11:59:59Z' })), 'home', '9', NOW)).toBeNull();
    expect(matched(post(result({ expires_at: '2026-08-01T12:30:00Z' })), 'home', '9', NOW)).not.toBeNull();
    expect(matched(post(result({})), 'home', '5', NOW)).toBeNull();
  });

  it('is found inside a boost', () => {
    const boost = status({ id: '7', account: account({ id: '6' }), content: '', reblog: post(result({})) });
    expect(matched(boost, 'home', '9', NOW)?.titles).toEqual(['Spoilers']);
  });
});
