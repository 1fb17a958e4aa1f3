// What the server says of replies that it is still fetching.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { found, refreshOf } from './refresh';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the header', () => {
  it.each([
    ['id="abc", retry=5, result_count=2', { id: 'abc', retry: 5 }],
    ['retry=0,id="a-b_c"', { id: 'a-b_c', retry: 1 }],
    ['id="abc"', { id: 'abc', retry: 3 }],
    ['id=""', null],
    ['retry=5', null],
    ['xid="abc"', null],
    ['', null],
    [null, null],
  ])('%j says %j', (header, expected) => expect(refreshOf(header)).toEqual(expected));
});

describe('waiting for replies', () => {
  const server = (...answers: [string, number | null][]): ReturnType<typeof vi.fn> => {
    const fetched = vi.fn(() => {
      const [status, result_count] = answers[Math.min(fetched.mock.calls.length, answers.length) - 1] ?? ['running', 0];
      return Promise.resolve(new Response(JSON.stringify({ async_refresh: { id: 'abc', status, result_count } })));
    });
    vi.stubGlobal('fetch', fetched);
    vi.useFakeTimers();
    return fetched;
  };

  it('ends when the server is done', async () => {
    const fetched = server(['running', 1], ['finished', 4]);
    const waiting = found({ id: 'abc', retry: 2 }, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await waiting).toBe(4);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('ends by itself when the server never is', async () => {
    const fetched = server(['running', null]);
    const waiting = found({ id: 'abc', retry: 1 }, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await waiting).toBe(0);
    expect(fetched).toHaveBeenCalledTimes(6);
  });

  it('ends when the reader has left', async () => {
    const fetched = server(['finished', 4]);
    const stop = new AbortController();
    const waiting = found({ id: 'abc', retry: 2 }, stop.signal);
    stop.abort();
    expect(await waiting).toBe(0);
    expect(fetched).not.toHaveBeenCalled();
  });
});
