import { beforeEach, expect, test } from 'vitest';
import { loadWords } from '../../app/i18n';
import { addressOf, isShortcut, keyOf, read, shortcuts, titleOf, type Shortcut } from './shortcuts.svelte';

const tag: Shortcut = { kind: 'tag', tag: 'bread', any: ['cake'], all: [], none: ['ads'] };
beforeEach(loadWords);

test('a shortcut has a title and an address of its own', () => {
  expect([titleOf(tag), addressOf(tag)]).toEqual(['#bread / #cake − #ads', '/tags/bread?any=cake&none=ads']);
  const list: Shortcut = { kind: 'list', id: '7', title: 'Friends' };
  expect([titleOf(list), addressOf(list), keyOf(list)]).toEqual(['Friends', '/lists/7', 'list-7']);
  expect([titleOf({ kind: 'home' }), addressOf({ kind: 'home' })]).toEqual(['Home', '/home']);
});

test.each([null, '', '{', '"home"', '{"kind":"home"}'])('%s in the storage means the first choice', (text) => {
  expect(read(text).map(({ kind }) => kind)).toEqual(['home', 'notifications', 'local']);
});

test('what is no shortcut, or stands there twice, is left out; an empty list stays empty', () => {
  const bad = [null, 3, {}, { kind: 'moon' }, { kind: 'list', id: '../x', title: 'x' }, { kind: 'list', id: 7 }, { kind: 'tag', tag: '' }, { kind: 'tag', tag: 'a', any: 'b', all: [], none: [] }];
  expect(bad.some(isShortcut)).toBe(false);
  expect(read(JSON.stringify([...bad, tag, { kind: 'home' }, tag]))).toEqual([tag, { kind: 'home' }]);
  expect(read('[]')).toEqual([]);
});

test('pinning, moving and letting go', () => {
  for (const one of shortcuts.all) shortcuts.remove(one);
  for (const one of [{ kind: 'home' }, tag, { kind: 'public' }, tag] as Shortcut[]) shortcuts.add(one);
  const kinds = (): string => shortcuts.all.map(({ kind }) => kind).join();
  expect(kinds()).toBe('home,tag,public');
  shortcuts.move(tag, 1);
  expect(kinds()).toBe('home,public,tag');
  shortcuts.move(tag, 1);
  shortcuts.move({ kind: 'home' }, -1);
  shortcuts.move({ kind: 'favourites' }, -1);
  expect(kinds()).toBe('home,public,tag');
  shortcuts.remove({ kind: 'public' });
  expect(kinds()).toBe('home,tag');
  expect(read(localStorage.getItem('shop:shortcuts:'))).toEqual(shortcuts.all);
});
