// What the server does not take is told in the reader's words, at the field it is about.
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '../../app/api';
import type { Collection } from '../../app/entities';
import { loadWords, withWords } from '../../app/i18n';
import { account } from '../../fixtures/entities';
import { faults, MOST, objection, refusal } from './collections';

beforeAll(async () => {
  await loadWords();
  await withWords(() => Promise.resolve());
});

const refused = (status: number, body: unknown = null): ApiError => new ApiError(status, 'Words of the server', body);
const nested = (details: unknown): unknown => ({ error: { error: 'Validation failed', details } });
const of = (count: number): Collection => ({ items: Array.from({ length: count }, (_, at) => ({ id: String(at), state: 'accepted' })) }) as unknown as Collection;

describe('faults', () => {
  it('are found below the error, each with the words of its code', () => {
    const details = {
      name: [{ error: 'ERR_TOO_LONG', description: 'is too long' }],
      description: [{ error: 'ERR_TOO_LONG', description: 'is too long' }],
      tag_name: [{ error: 'ERR_UNUSABLE', description: 'is no hashtag' }],
      base: [{ error: 'ERR_TOO_MANY', description: 'are too many' }],
      language: [{ error: 'ERR_INVALID', description: 'is invalid' }],
    };
    expect(faults(refused(422, nested(details)))).toEqual({
      name: 'At most 40 characters.',
      description: 'At most 100 characters.',
      tag_name: 'This is not a hashtag.',
      base: 'You have as many collections as this server allows. Delete one first.',
      language: 'is invalid',
    });
  });

  it('without details are about the whole', () => {
    expect(faults(refused(403))).toEqual({ base: 'Words of the server' });
    expect(faults(refused(500))).toEqual({ base: 'The server has a problem. Please try again in a while.' });
  });
});

describe('who cannot be put in', () => {
  const bob = account({ username: 'bob' });

  it.each([
    [403, 0, '@bob has not opened up to collections. “Show me in lists of people” in their settings decides.'],
    [422, MOST, `There is no room for more than ${MOST} people.`],
    [422, MOST - 1, 'Words of the server'],
  ])('is told why: %i with %i in it', (status, count, words) => {
    expect(refusal(refused(status), of(count), bob)).toBe(words);
  });

  it.each([
    ['denied', '@bob has not opened up to collections. “Show me in lists of people” in their settings decides.'],
    ['missing', 'The server of @bob does not know collections.'],
    ['unknown', 'The server of @bob does not know collections.'],
    ['manual', null],
    ['automatic', null],
  ] as const)('is known before: %s', (current_user, words) => {
    expect(objection({ ...bob, feature_approval: { current_user } })).toBe(words);
  });

  it('is asked where nothing is known', () => {
    expect(objection(bob)).toBeNull();
  });
});
