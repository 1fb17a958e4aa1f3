// Live events: one WebSocket, as many streams over it as somebody listens to, and a patient way back after a loss.
import { connection } from './connection.svelte';
import type { Announcement, Conversation, Notification, Status } from './entities';
import { session } from './session';

export type StreamEvent =
  | { event: 'update' | 'status.update'; status: Status }
  | { event: 'delete' | 'announcement.delete'; id: string }
  | { event: 'announcement'; announcement: Announcement }
  | { event: 'announcement.reaction'; reaction: { announcement_id: string; name: string; count: number } }
  | { event: 'notification'; notification: Notification }
  | { event: 'conversation'; conversation: Conversation }
  /** Notifications that were held back have joined the others. */
  | { event: 'notifications_merged' }
  /** Filters of the reader were changed, here or elsewhere. */
  | { event: 'filters_changed' }
  /** The connection came back: something may have been missed. */
  | { event: 'resumed' };

export type Listener = (event: StreamEvent) => void;

/** Name of a stream and its parameter, e.g. `user`, `public:local`, `hashtag` + tag. */
export interface Stream {
  stream: string;
  tag?: string;
  list?: string;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** `["hashtag","x"]` as the server names a stream, in one string. */
export function streamKey(parts: string[]): string {
  return parts.join('\n');
}

/** Milliseconds before attempt `n` (0, 1, …) to connect again: doubling, half of it left to chance. */
export function wait(attempt: number, random: number = Math.random()): number {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 10));
  return longest / 2 + (longest / 2) * random;
}

/** Takes a message of the server apart; null for what this app does not know. */
export function parseMessage(data: unknown): { key: string; event: StreamEvent } | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data) as { stream?: string[]; event?: string; payload?: string };
    if (!Array.isArray(message.stream)) return null;
    const key = streamKey(message.stream);
    if (message.event === 'filters_changed' || message.event === 'notifications_merged') return { key, event: { event: message.event } };
    if (typeof message.payload !== 'string') return null;
    const { event, payload } = message;
    if (event === 'delete' || event === 'announcement.delete') return { key, event: { event, id: payload } };
    if (event === 'announcement') return { key, event: { event, announcement: JSON.parse(payload) } };
    if (event === 'announcement.reaction') return { key, event: { event, reaction: JSON.parse(payload) } };
    if (event === 'update' || event === 'status.update') {
      return { key, event: { event, status: JSON.parse(payload) as Status } };
    }
    if (event === 'notification') {
      return { key, event: { event, notification: JSON.parse(payload) as Notification } };
    }
    if (event === 'conversation') return { key, event: { event, conversation: JSON.parse(payload) as Conversation } };
    return null;
  } catch {
    return null;
  }
}

export class Streaming {
  #socket: WebSocket | null = null;
  #listeners = new Map<string, { stream: Stream; listeners: Set<Listener> }>();
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lost = false;

  constructor(
    private readonly base: string,
    private readonly token: string | null,
    private readonly tell: (lost: boolean) => void = () => {},
  ) {}

  /** Listens to a stream; answers how to stop. */
  listen(stream: Stream, listener: Listener): () => void {
    const parameter = stream.tag ?? stream.list;
    const key = streamKey(parameter === undefined ? [stream.stream] : [stream.stream, parameter]);
    let entry = this.#listeners.get(key);
    if (!entry) {
      entry = { stream, listeners: new Set() };
      this.#listeners.set(key, entry);
      this.#send('subscribe', stream);
    }
    entry.listeners.add(listener);
    this.#connect();
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size || this.#listeners.get(key) !== entry) return;
      this.#listeners.delete(key);
      this.#send('unsubscribe', stream);
    };
  }

  #send(type: 'subscribe' | 'unsubscribe', stream: Stream): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, ...stream }));
  }

  #connect(): void {
    if (this.#socket || this.#timer || !this.token || !this.#listeners.size) return;
    // The token travels as sub-protocol, since addresses end up in logs.
    const socket = new WebSocket(`${this.base}/api/v1/streaming`, this.token);
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.tell(false);
      for (const { stream } of this.#listeners.values()) this.#send('subscribe', stream);
      if (this.#lost) this.#tellAll({ event: 'resumed' });
      this.#lost = false;
    };
    socket.onmessage = ({ data }) => {
      const message = parseMessage(data);
      if (!message) return;
      const entry = this.#listeners.get(message.key);
      for (const listener of [...(entry?.listeners ?? [])]) listener(message.event);
    };
    socket.onclose = () => {
      this.#socket = null;
      this.#lost = true;
      this.tell(true);
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#connect();
      }, wait(this.#attempt++));
    };
  }

  /** Connects at once instead of waiting: the reader is back, or the network is. */
  hurry(): void {
    if (this.#socket || !this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempt = 0;
    this.#connect();
  }

  #tellAll(event: StreamEvent): void {
    for (const { listeners } of this.#listeners.values()) for (const listener of [...listeners]) listener(event);
  }
}

export const streaming = new Streaming(session.streaming, session.token, (lost) => connection.tell(lost));
addEventListener('online', () => streaming.hurry());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) streaming.hurry();
});
