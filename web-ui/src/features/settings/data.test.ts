import { describe, expect, it } from 'vitest';
import { guess } from './data';

describe('the name of a file', () => {
  it.each([
    ['following_accounts.csv', 'following'],
    ['muted_accounts (1).csv', 'muting'],
    ['blocked_accounts.csv', 'blocking'],
    ['blocked_domains.csv', 'domain_blocking'],
    ['lists.csv', 'lists'],
    ['failures_bookmarks.csv', 'bookmarks'],
    ['custom_filters.json', 'custom_filters'],
    ['holiday.csv', null],
  ])('%s tells what it holds', (name, kind) => expect(guess(name)).toBe(kind));
});
