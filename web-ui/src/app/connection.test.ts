// Breaks of the connection: short ones are not shown.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, GRACE } from './connection.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a lost connection', () => {
  it('is shown after a while, however often it is tried meanwhile, until it is back', () => {
    const connection = new Connection();
    connection.tell(true);
    vi.advanceTimersByTime(GRACE - 1_000);
    connection.tell(true);
    expect(connection.lost).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(connection.lost).toBe(true);
    connection.tell(true);
    connection.tell(false);
    expect(connection.lost).toBe(false);
    vi.advanceTimersByTime(GRACE * 2);
    expect(connection.lost).toBe(false);
  });

  it('is not shown when it is back soon', () => {
    const connection = new Connection();
    connection.tell(true);
    vi.advanceTimersByTime(GRACE - 1);
    connection.tell(false);
    vi.advanceTimersByTime(GRACE);
    expect(connection.lost).toBe(false);
  });
});
