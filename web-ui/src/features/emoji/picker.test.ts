// The emoji picker's list, search and skin tones.
import { beforeEach, describe, expect, it } from 'vitest';
import { find, habits, setTone, TONES, toned, unicodeGroups, used } from './picker';

describe('the emoji', () => {
  const groups = unicodeGroups();

  it('come in nine groups', () => {
    expect(groups).toHaveLength(9);
    expect(groups[0]?.emojis[0]?.text).toBe('😀');
    expect(groups.every(({ emojis }) => emojis.length > 20 && emojis.every(({ text, label }) => text && label))).toBe(true);
  });

  it('are found by name and by further words, begun names first', () => {
    expect(find(groups, 'cat')[0]?.label).toMatch(/^cat/);
    expect(find(groups, 'bread').map(({ text }) => text)).toContain('🍞');
    expect(find(groups, 'no such thing at all')).toEqual([]);
    expect(find(groups, 'a').length).toBeLessThanOrEqual(80);
  });

  it('take a skin tone where there is skin', () => {
    expect(toned('👋', TONES[3] ?? '')).toBe('👋🏽');
    expect(toned('✌️', TONES[5] ?? '')).toBe('✌🏿');
    expect(toned('🐻', TONES[3] ?? '')).toBe('🐻');
    expect(toned('👋', '')).toBe('👋');
  });
});

describe('habits', () => {
  beforeEach(() => localStorage.clear());

  it('remember the last emoji once each, and the tone', () => {
    for (const emoji of ['🍞', '🐻', '🍞']) used(emoji);
    setTone(2);
    expect(habits()).toEqual({ recent: ['🍞', '🐻'], tone: 2 });
    for (let at = 0; at < 40; at += 1) used(String(at));
    expect(habits().recent).toHaveLength(24);
  });

  it('survive a broken store', () => {
    localStorage.setItem('shop:emoji', '{');
    expect(habits()).toEqual({ recent: [], tone: 0 });
  });
});
