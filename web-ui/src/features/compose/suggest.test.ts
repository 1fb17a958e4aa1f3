// Which unfinished words are completed, and how.
import { describe, expect, it } from 'vitest';
import { complete, tokenAt } from './suggest.svelte';

describe('the word at the caret', () => {
  it.each([
    ['hi @bo', { kind: '@', word: 'bo', start: 3, end: 6 }],
    ['@bob@exa', { kind: '@', word: 'bob@exa', start: 0, end: 8 }],
    ['(#bre', { kind: '#', word: 'bre', start: 1, end: 5 }],
    ['line\n:blo', { kind: ':', word: 'blo', start: 5, end: 9 }],
    ['#Grüß', { kind: '#', word: 'Grüß', start: 0, end: 5 }],
  ])('%j can be completed', (text, token) => {
    expect(tokenAt(text, text.length)).toEqual(token);
  });

  it.each(['', 'hello', 'mail a@b', '@', '#a', 'at 10:30', ':done: ', 'https://x.org/#frag'])('%j cannot', (text) => {
    expect(tokenAt(text, text.length)).toBeNull();
  });

  it('is replaced, with one blank behind it', () => {
    const token = tokenAt('hi @bo', 6);
    expect(token && complete('hi @bo there', token, { text: 'bob@b.test' })).toEqual({ text: 'hi @bob@b.test there', caret: 15 });
    const emoji = tokenAt(':blo', 4);
    expect(emoji && complete(':blo', emoji, { text: 'blob' })).toEqual({ text: ':blob: ', caret: 7 });
    expect(emoji && complete(':blo', emoji, { text: '🌊', whole: true })).toEqual({ text: '🌊 ', caret: 3 });
  });
});
