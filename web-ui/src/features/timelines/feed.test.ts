// A feed against a server: it follows Link headers and nothing else.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { account } from '../../fixtures/entities';
import type { Account } from '../../app/entities';
import { streaming, type StreamEvent } from '../../app/stream';
import { Feed } from './feed.svelte';

interface Answer {
  items: Account[];
  link?: string;
  status?: number;
}

function server(answers: Record<string, Answer>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    const answer = answers[address] ?? { items: [], status: 404 };
    const headers: Record<string, string> = answer.link ? { Link: answer.link } : {};
    return Promise.resolve(new Response(JSON.stringify(answer.items), { status: answer.status ?? 200, headers }));
  });
  return asked;
}
const people = { path: '/api/v1/accounts/1/followers', take: (items: Account[]) => items.map(({ id }) => id) };

afterEach(() => void vi.unstubAllGlobals().restoreAllMocks());

describe('a feed', () => {
  it('pages by the Link header, since its cursors are ids of hidden rows', async () => {
    const asked = server({
      '/api/v1/accounts/1/followers?limit=20': {
        items: [account({ id: '5' })],
        link: '<http://localhost:3000/api/v1/accounts/1/followers?limit=20&max_id=77>; rel="next"',
      },
      '/api/v1/accounts/1/followers?limit=20&max_id=77': { items: [account({ id: '6' })] },
    });
    const feed = new Feed(people);
    await feed.load();
    await feed.more();
    await feed.more();
    expect(feed.state.ids).toEqual(['5', '6']);
    expect(feed.state.next).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('keeps what comes live while its first page is under way', async () => {
    server({ '/api/v1/accounts/1/followers?limit=20': { items: [account({ id: '5' }), account({ id: '7' })] } });
    let hear: (event: StreamEvent) => void = () => undefined;
    vi.spyOn(streaming, 'listen').mockImplementation((_stream, listener) => {
      hear = listener;
      return () => undefined;
    });
    let coming = '9';
    const feed = new Feed({ ...people, live: { stream: { stream: 'user' }, pick: () => account({ id: coming }) } });
    feed.start();
    for (coming of ['9', '8', '7']) hear({ event: 'none' } as unknown as StreamEvent);
    feed.drop((id) => id === '8');
    await vi.waitFor(() => expect(feed.state.begun).toBe(true));
    expect(feed.state.ids).toEqual(['5', '7']);
    expect(feed.state.waiting).toEqual(['9']);
    // What came for an earlier page is not told twice.
    await feed.load();
    expect(feed.state.waiting).toEqual([]);
  });

  it('keeps its error for the page to show, and starts anew on demand', async () => {
    server({ '/api/v1/accounts/1/followers?limit=20': { items: [], status: 503 } });
    const feed = new Feed(people);
    await feed.load();
    expect(feed.error).toMatchObject({ status: 503 });
    expect(feed.state.begun).toBe(false);
    server({ '/api/v1/accounts/1/followers?limit=20': { items: [account({ id: '5' })] } });
    await feed.load();
    expect(feed.error).toBeNull();
    expect(feed.state.ids).toEqual(['5']);
  });
});
