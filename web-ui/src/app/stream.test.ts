// Live events: how messages are read, and how the connection is kept.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { status } from '../fixtures/entities';
import { parseMessage, Streaming, wait, type StreamEvent } from './stream';

class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (message: { data: unknown }) => void;
  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    Socket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  lose(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  vi.stubGlobal('WebSocket', Socket);
});
afterEach(() => void vi.useRealTimers());

describe('a message', () => {
  it('has its payload as a string with JSON', () => {
    const data = JSON.stringify({ stream: ['hashtag', 'rust'], event: 'update', payload: JSON.stringify(status()) });
    expect(parseMessage(data)).toEqual({ key: 'hashtag\nrust', event: { event: 'update', status: status() } });
  });

  it('carries the bare id when a post is deleted', () => {
    const data = JSON.stringify({ stream: ['user'], event: 'delete', payload: '42' });
    expect(parseMessage(data)).toEqual({ key: 'user', event: { event: 'delete', id: '42' } });
  });

  it('tells of announcements, of reactions to them, and of their end', () => {
    const told = (event: string, payload: string): unknown => parseMessage(JSON.stringify({ stream: ['user'], event, payload }))?.event;
    expect(told('announcement', '{"id":"1","content":"<p>Hi</p>"}')).toEqual({ event: 'announcement', announcement: { id: '1', content: '<p>Hi</p>' } });
    const reaction = { name: '👍', count: 2, announcement_id: '1' };
    expect(told('announcement.reaction', JSON.stringify(reaction))).toEqual({ event: 'announcement.reaction', reaction });
    expect(told('announcement.delete', '1')).toEqual({ event: 'announcement.delete', id: '1' });
  });

  it.each([
    ['no JSON', '{'],
    ['not text', new ArrayBuffer(1)],
    ['no stream', '{"event":"update","payload":"{}"}'],
    ['a payload that is no string', '{"stream":["user"],"event":"update","payload":{}}'],
    ['a broken payload', '{"stream":["user"],"event":"update","payload":"{"}'],
    ['an unknown event', '{"stream":["user"],"event":"earthquake","payload":"{}"}'],
    ['an error', '{"error":"Unknown stream type","status":400}'],
  ])('with %s is passed over', (_, data) => {
    expect(parseMessage(data)).toBeNull();
  });
});

describe('the connection', () => {
  it('carries the token as sub-protocol, never in the address', () => {
    new Streaming('ws://shop.test', 'secret').listen({ stream: 'user' }, () => {});
    expect(Socket.all[0]).toMatchObject({ url: 'ws://shop.test/api/v1/streaming', protocol: 'secret' });
  });

  it('is not opened for guests', () => {
    new Streaming('ws://shop.test', null).listen({ stream: 'public' }, () => {});
    expect(Socket.all).toHaveLength(0);
  });

  it('subscribes once per stream and unsubscribes with the last listener', () => {
    const streaming = new Streaming('ws://shop.test', 't');
    const first = streaming.listen({ stream: 'user' }, () => {});
    const second = streaming.listen({ stream: 'user' }, () => {});
    const [socket] = Socket.all;
    socket?.open();
    streaming.listen({ stream: 'hashtag', tag: 'rust' }, () => {});
    first();
    expect(socket?.sent).toEqual([
      { type: 'subscribe', stream: 'user' },
      { type: 'subscribe', stream: 'hashtag', tag: 'rust' },
    ]);
    second();
    expect(socket?.sent.at(-1)).toEqual({ type: 'unsubscribe', stream: 'user' });
  });

  it('gives an event only to those who listen to its stream', () => {
    const streaming = new Streaming('ws://shop.test', 't');
    const user: StreamEvent[] = [];
    const tag: StreamEvent[] = [];
    streaming.listen({ stream: 'user' }, (event) => user.push(event));
    streaming.listen({ stream: 'hashtag', tag: 'rust' }, (event) => tag.push(event));
    Socket.all[0]?.open();
    Socket.all[0]?.onmessage?.({ data: JSON.stringify({ stream: ['hashtag', 'rust'], event: 'delete', payload: '1' }) });
    expect(user).toEqual([]);
    expect(tag).toEqual([{ event: 'delete', id: '1' }]);
  });

  it('comes back after a loss, subscribes again and says that something may be missing', () => {
    const streaming = new Streaming('ws://shop.test', 't');
    const heard: StreamEvent[] = [];
    streaming.listen({ stream: 'user' }, (event) => heard.push(event));
    Socket.all[0]?.open();
    expect(heard).toEqual([]);
    Socket.all[0]?.lose();
    vi.advanceTimersByTime(1_000);
    expect(Socket.all).toHaveLength(2);
    Socket.all[1]?.open();
    expect(Socket.all[1]?.sent).toEqual([{ type: 'subscribe', stream: 'user' }]);
    expect(heard).toEqual([{ event: 'resumed' }]);
  });

  it('waits longer after each failure, up to a minute', () => {
    expect([0, 1, 2, 3].map((attempt) => wait(attempt, 1))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(wait(40, 1)).toBe(60_000);
    expect(wait(40, 0)).toBe(30_000);
  });

  it('hurries when the network is back', () => {
    const streaming = new Streaming('ws://shop.test', 't');
    streaming.listen({ stream: 'user' }, () => {});
    Socket.all[0]?.lose();
    streaming.hurry();
    expect(Socket.all).toHaveLength(2);
  });
});
