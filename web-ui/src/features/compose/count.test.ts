// The length of posts as the server counts it.
import { describe, expect, it } from 'vitest';
import { countCharacters } from './count';

describe('the length of a post', () => {
  it.each([
    ['', 0],
    ['hello', 5],
    ['two\nlines', 9],
    ['é (e + accent): e\u0301', 17],
    ['👩‍👩‍👧‍👦', 1],
    ['🇩🇪🇫🇷', 2],
    ['https://example.org', 23],
    ['https://example.org/a/very/long/path?with=a&query=string#and-more', 23],
    ['see http://a.io.', 4 + 23 + 1],
    ['(https://example.org/wiki/Rust_(language))', 1 + 23 + 1],
    ['example.org is no link', 22],
    ['@bob', 4],
    ['@bob@example.org', 4],
    ['hi @bob@example.org, and @eve@localhost:3000!', 3 + 4 + 2 + 3 + 1 + 4 + 1],
    ['mail bob@example.org', 20],
  ])('%j counts %i', (text, length) => {
    expect(countCharacters(text)).toBe(length);
  });

  it('adds the warning, whose links are not shortened', () => {
    expect(countCharacters('hello', 'ab')).toBe(7);
  });
});
