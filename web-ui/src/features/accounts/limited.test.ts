// Who sees a profile that the moderators have hidden.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Relationship } from '../../app/entities';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import { account } from '../../fixtures/entities';
import { limited } from './limited.svelte';

const relation = (change: Partial<Relationship>): void => void store.relationships.set('7', { id: '7', following: false, requested: false, ...change } as Relationship);
const hidden = account({ id: '7', limited: true });

beforeEach(() => void store.relationships.delete('7'));
afterEach(() => (session.account_id = null));

describe('a limited profile', () => {
  it('is hidden, also while nobody knows yet what the reader is to it', () => {
    expect(limited.hides(hidden)).toBe(true);
    relation({ followed_by: true });
    expect(limited.hides(hidden)).toBe(true);
  });

  it.each([{ following: true }, { requested: true }])('is shown to whom it is no stranger: %j', (change) => {
    relation(change);
    expect(limited.hides(hidden)).toBe(false);
  });

  it('is shown to its owner', () => {
    session.account_id = '7';
    expect(limited.hides(hidden)).toBe(false);
  });

  it('is shown to who asks, and no other with it', () => {
    limited.show('7');
    expect(limited.hides(hidden)).toBe(false);
    expect(limited.hides(account({ id: '8', limited: true }))).toBe(true);
  });
});

it('a profile that is not limited is hidden from nobody', () => {
  expect(limited.hides(account({ id: '9' }))).toBe(false);
});
