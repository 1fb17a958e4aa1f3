import { expect, test } from 'vitest';
import type { Reaction } from '../../app/entities';
import { react, reacted } from './reactions';

const some: Reaction[] = [
  { name: '👍', count: 2, me: false },
  { name: 'blob', count: 1, me: true, url: '/blob.png', static_url: '/blob.png' },
];

test('reacting counts once, and taking it back takes the last one away', () => {
  expect(react(some, '👍', true)).toEqual([{ name: '👍', count: 3, me: true }, some[1]]);
  expect(react(react(some, '👍', true), '👍', true)[0]?.count).toBe(3);
  expect(react(some, 'blob', false)).toEqual([some[0]]);
  expect(react(some, '👍', false)).toBe(some);
  expect(react(some, '🎉', false)).toBe(some);
  expect(react(some, 'cat', true, '/cat.png').at(-1)).toEqual({ name: 'cat', count: 1, me: true, url: '/cat.png', static_url: '/cat.png' });
});

test('what the server tells replaces the count and keeps whose it is', () => {
  expect(reacted(some, 'blob', 5)[1]).toEqual({ ...some[1], count: 5 });
  expect(reacted(some, 'blob', 0)).toEqual([some[0]]);
  expect(reacted(some, '🎉', 1).at(-1)).toEqual({ name: '🎉', count: 1, me: false });
  expect(reacted(some, '🎉', 0)).toBe(some);
});
