// Who belongs to what is asked for among those one follows and those who follow one.
import { expect, it } from 'vitest';
import type { Account, Relationship } from '../../app/entities';
import { account } from '../../fixtures/entities';
import { belongs, type Kind } from './circle';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const relation = (following: boolean, followed_by: boolean): Relationship => ({ following, followed_by }) as Relationship;
const of = (change: Partial<Account>): Account => account({ last_status_at: '2026-11-20', ...change });

it.each<[Kind, Account, Relationship | undefined, boolean]>([
  ['all', of({}), undefined, true],
  ['mutual', of({}), relation(true, true), true],
  ['mutual', of({}), relation(true, false), false],
  ['mutual', of({}), undefined, false],
  ['single', of({}), relation(true, false), true],
  ['single', of({}), relation(false, true), true],
  ['single', of({}), relation(true, true), false],
  ['single', of({}), undefined, false],
  ['silent', of({}), undefined, false],
  ['silent', of({ last_status_at: '2026-04-01' }), undefined, true],
  ['silent', of({ last_status_at: null }), undefined, true],
  ['moved', of({}), undefined, false],
  ['moved', of({ moved: account({ id: '9' }) }), undefined, true],
])('%s', (kind, who, known, wanted) => {
  expect(belongs(kind, who, known, NOW)).toBe(wanted);
});
