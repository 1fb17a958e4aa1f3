// Whether one post may be sent, and why its poll may not.
import { describe, expect, it } from 'vitest';
import { LONGEST_OPTION, Part } from './part.svelte';

function asking(text: string, ...options: string[]): Part {
  const part = new Part();
  part.text = text;
  part.togglePoll();
  if (part.poll) part.poll.options = options;
  return part;
}

const SAILOR = '🧑‍✈️';

describe('a poll', () => {
  it.each([
    ['few', ['', '']],
    ['few', ['Rye', '  ']],
    ['equal', ['Rye', ' Rye ']],
    ['long', ['Rye', 'x'.repeat(LONGEST_OPTION + 1)]],
    ['long', [SAILOR.repeat(LONGEST_OPTION + 1), 'Rye']],
  ])('cannot be sent for the reason "%s": %j', (why, options) => {
    const part = asking('Which?', ...options);
    expect(part.pollFault?.why).toBe(why);
    expect(part.ready).toBe(false);
  });

  it('names the option that is amiss, blank ones counted', () => {
    expect(asking('Which?', 'Rye', '', 'Rye', 'Oats').pollFault).toEqual({ why: 'equal', at: 2 });
    expect(asking('Which?', 'Rye', '', 'x'.repeat(LONGEST_OPTION + 1)).pollFault).toEqual({ why: 'long', at: 2 });
  });

  it('may leave options blank, and counts characters as readers do', () => {
    for (const options of [['Rye', '', 'Oats'], [SAILOR.repeat(LONGEST_OPTION), 'Rye']]) {
      const part = asking('Which?', ...options);
      expect(part.pollFault).toBeNull();
      expect(part.ready).toBe(true);
    }
    expect(asking('Which?', ' Rye ', '', 'Oats').fields().poll?.options).toEqual(['Rye', 'Oats']);
  });

  it('without a question is not sent, and not left out of a thread either', () => {
    const part = asking(' ', 'Rye', 'Oats');
    expect(part.pollFault?.why).toBe('question');
    expect([part.ready, part.blank]).toEqual([false, false]);
    part.warned = true;
    part.spoiler = 'Bread?';
    expect(part.ready, 'a warning alone becomes the text').toBe(true);
    expect(asking('', '', '').blank).toBe(true);
  });
});
