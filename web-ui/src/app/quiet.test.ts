// Quiet hours, over midnight too.
import { describe, expect, it } from 'vitest';
import { timeOfDay, within } from './quiet.svelte';

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', '23:30', true],
    ['22:00', '07:00', '06:59', true],
    ['22:00', '07:00', '07:00', false],
    ['22:00', '07:00', '12:00', false],
    ['12:00', '13:30', '12:00', true],
    ['12:00', '13:30', '13:30', false],
    ['12:00', '12:00', '12:00', false],
    ['', '07:00', '06:00', true],
  ])('from %s until %s: is %s quiet? %s', (from, until, time, expected) => expect(within(from, until, time)).toBe(expected));

  it('go by the clock of the device', () => {
    expect(timeOfDay(new Date(2026, 0, 1, 7, 5).getTime())).toBe('07:05');
  });
});
