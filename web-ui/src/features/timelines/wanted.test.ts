// What the reader has left out of home, and what is never left out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Quote, Status } from '../../app/entities';
import { prefs } from '../../app/prefs.svelte';
import { session } from '../../app/session';
import { account, status } from '../../fixtures/entities';
import { wantedAtHome } from './wanted';

const bob = account({ id: '2', username: 'bob' });
const of = (change: Partial<Status>): Status => status({ account: bob, ...change });
const plain = of({});
const boost = of({ id: '101', reblog: plain });
const reply = of({ in_reply_to_id: '7', in_reply_to_account_id: '3' });
const ownThread = of({ in_reply_to_id: '7', in_reply_to_account_id: '2' });
const toMe = of({ in_reply_to_id: '7', in_reply_to_account_id: '1' });
const quote = of({ quote: { state: 'accepted' } as Quote });
const mine = of({ account: account({ id: '1' }), in_reply_to_id: '7', in_reply_to_account_id: '3', quote: { state: 'accepted' } as Quote });

beforeEach(() => (session.account_id = '1'));
afterEach(() => {
  session.account_id = null;
  for (const name of ['homeBoosts', 'homeReplies', 'homeQuotes'] as const) prefs.set(name, true);
});

describe('home', () => {
  it('shows everything at first', () => {
    for (const one of [plain, boost, reply, ownThread, toMe, quote, mine]) expect(wantedAtHome(one)).toBe(true);
  });

  it.each([
    ['homeBoosts', [boost]],
    ['homeReplies', [reply, of({ id: '102', reblog: reply })]],
    ['homeQuotes', [quote, of({ id: '103', reblog: quote })]],
  ] as const)('leaves out by %s what it names, and nothing else', (name, left) => {
    prefs.set(name, false);
    for (const one of left) expect(wantedAtHome(one)).toBe(false);
    for (const one of [plain, boost, reply, ownThread, toMe, quote, mine].filter((other) => !(left as readonly Status[]).includes(other))) expect(wantedAtHome(one)).toBe(true);
  });
});
