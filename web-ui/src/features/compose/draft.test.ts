// A thread is sent in order, each post as a reply to the one before; what fails in the middle stays.
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { status } from '../../fixtures/entities';
import { Draft, MOST_PARTS } from './draft.svelte';
import { keptDrafts, recall } from './kept';
import { leading } from './audience';

interface Sent {
  body: Record<string, unknown>;
  key: string | null;
}

/** A server that gives numbers, and refuses the post with this number. */
function server(refused = 0): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (_path: string, { body, headers }: { body: string; headers: Headers }) => {
    sent.push({ body: JSON.parse(body) as Record<string, unknown>, key: headers.get('Idempotency-Key') });
    if (sent.length === refused) return Promise.resolve(new Response('{"error":"Too soon"}', { status: 422 }));
    return Promise.resolve(new Response(JSON.stringify(status({ id: `${1000 + sent.length}` }))));
  });
  return sent;
}

function thread(...texts: string[]): Draft {
  const draft = Draft.begin();
  texts.forEach((text, at) => ((at === 0 ? draft.head : draft.extend(draft.parts[at - 1] as Draft['head'])).text = text));
  return draft;
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe('a thread', () => {
  it('is sent in order, each post replying to the one before, with one audience', async () => {
    const sent = server();
    const draft = thread('one', 'two', 'three');
    draft.visibility = 'unlisted';
    const taken: string[] = [];
    const first = await draft.send(({ id }) => taken.push(id));
    expect(first.id).toBe('1001');
    expect(taken).toEqual(['1001', '1002', '1003']);
    expect(sent.map(({ body }) => [body.status, body.in_reply_to_id, body.visibility])).toEqual([
      ['one', undefined, 'unlisted'],
      ['two', '1001', 'unlisted'],
      ['three', '1002', 'unlisted'],
    ]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
    expect(keptDrafts()).toEqual([]);
    draft.remember();
    expect(keptDrafts(), 'what was sent is not kept anew').toEqual([]);
  });

  it('that breaks in the middle keeps the rest as a reply to what was sent, and goes on from there', async () => {
    const broken = server(2);
    const draft = thread('one', 'two', 'three');
    await expect(draft.send()).rejects.toThrow('Too soon');
    expect(draft.sent).toBe(1);
    expect(draft.parts.map(({ text }) => text)).toEqual(['two', 'three']);
    expect(draft.replyTo?.id).toBe('1001');
    expect(recall('new')).toBeUndefined();
    expect(recall('reply:1001')).toMatchObject({ text: 'two', in_reply_to_id: '1001', rest: [{ text: 'three' }] });

    const sent = server();
    await draft.send();
    expect(sent.map(({ body }) => [body.status, body.in_reply_to_id])).toEqual([['two', '1001'], ['three', '1001']]);
    expect(sent[0]?.key, 'the same try').toBe(broken[1]?.key);
    expect(keptDrafts()).toEqual([]);
  });

  it('is kept with the key of each try, so that a crash makes no second post', () => {
    const draft = thread('one', 'two');
    draft.remember();
    const again = Draft.begin();
    expect(again.recalled).toBe(true);
    expect(again.parts.map(({ text, idempotency }) => [text, idempotency])).toEqual(draft.parts.map(({ text, idempotency }) => [text, idempotency]));
  });

  it('of words that were changed after a lost answer shows them as an edit of what was taken', async () => {
    const source = { id: '1001', text: 'I was here', spoiler_text: '' };
    const asked: string[] = [];
    let lost = true;
    vi.stubGlobal('fetch', (path: string, { method, body, headers }: { method: string; body: string | null; headers: Headers }) => {
      asked.push(`${method} ${path} ${(body && (JSON.parse(body) as { status: string }).status) ?? ''} ${headers.get('Idempotency-Key') ? 'keyed' : ''}`.trim());
      if (lost) return Promise.reject(new TypeError('no network'));
      return Promise.resolve(new Response(JSON.stringify(path.endsWith('/source') ? source : status({ id: '1001' }))));
    });
    const draft = thread('I was here');
    await expect(draft.send()).rejects.toThrow();
    lost = false;
    const again = Draft.begin();
    expect(again.head.tried, 'a crash does not make it forgotten').toBe(true);
    again.head.text = 'I was there';
    await again.send();
    expect(asked).toEqual([
      'POST /api/v1/statuses I was here keyed',
      'POST /api/v1/statuses I was there keyed',
      'GET /api/v1/statuses/1001/source',
      'PUT /api/v1/statuses/1001 I was there',
    ]);
  });

  it('that the server has refused is not looked for there', async () => {
    server(1);
    const draft = thread('too soon');
    await expect(draft.send()).rejects.toThrow('Too soon');
    expect(draft.head.tried).toBe(false);
  });

  it('leaves out posts that say nothing, and waits for those that are too long', async () => {
    const sent = server();
    const draft = thread('one', '  ', 'three');
    expect(draft.sendable).toBe(true);
    (draft.parts[2] as Draft['head']).text = 'x'.repeat(501);
    expect(draft.sendable).toBe(false);
    (draft.parts[2] as Draft['head']).text = 'x'.repeat(500);
    await draft.send();
    expect(sent.map(({ body }) => body.in_reply_to_id)).toEqual([undefined, '1001']);
    expect(thread('', ' ').sendable).toBe(false);
  });

  it('goes on under the same warning, in private for the same people, and has an end', () => {
    const draft = thread('@bob @eve@b.test see');
    draft.head.warned = true;
    draft.head.spoiler = 'soup';
    expect(draft.extend(draft.head)).toMatchObject({ warned: true, spoiler: 'soup', text: '' });
    draft.visibility = 'direct';
    expect(draft.extend(draft.head).text).toBe('@bob @eve@b.test ');
    while (draft.extensible) draft.extend(draft.head);
    expect(draft.parts).toHaveLength(MOST_PARTS);
  });
});

describe('the mentions a text begins with', () => {
  it.each([
    ['@bob hi @eve', '@bob '],
    ['@bob  @eve@b.test\nhi', '@bob @eve@b.test '],
    ['@bob', '@bob '],
    ['hi @bob', ''],
    ['a@b.test', ''],
    ['@ bob', ''],
  ])('of %j are %j', (text, expected) => expect(leading(text)).toBe(expected));
});
