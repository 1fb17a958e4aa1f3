// Which language the app speaks, and how it writes words, numbers and lists in it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { choose, loadWords, spoken, t, together } from './i18n';

describe('the language', () => {
  it.each([
    ['de', ['en'], 'de'],
    ['', ['de-AT', 'en'], 'de'],
    ['', ['nl', 'fr-CA'], 'fr'],
    ['', ['tlh'], 'en'],
    ['xx', ['ja'], 'ja'],
    ['', [], 'en'],
    ['../en', ['toString', '__proto__'], 'en'],
  ])('chosen %j, browser %j: %s', (wanted, browser, expected) => {
    expect(choose(wanted, browser)).toBe(expected);
  });
});

describe('words', () => {
  it('take their values', () => {
    expect(t('menu.mute', { name: 'Ada' })).toBe('Mute Ada');
    expect(t('tag.today', { uses: 1, people: 1200 })).toBe('1 post today by 1,200 people');
    expect(t('catchup.found', { count: 0 })).toBe('Nothing new');
  });
  it('stand in rows', () => {
    expect(together(['Ada', 'Bob'])).toBe('Ada and Bob');
    expect(spoken(['Ada', 'a text'])).toBe('Ada, a text');
  });
});

/** The module as a reader with this browser has it. */
async function reader(...languages: string[]): Promise<typeof import('./i18n')> {
  vi.resetModules();
  vi.stubGlobal('navigator', { languages });
  const fresh = await import('./i18n');
  await fresh.loadWords();
  return fresh;
}

describe('in other languages', () => {
  afterEach(async () => {
    vi.unstubAllGlobals();
    await loadWords();
  });

  it('Arabic has six plurals, runs from right to left, and keeps names apart', async () => {
    const { t } = await reader('ar-EG', 'en');
    expect(document.documentElement.lang).toBe('ar');
    expect(document.documentElement.dir).toBe('rtl');
    const texts = [0, 1, 2, 3, 11, 100].map((count) => t('feed.waiting', { count }));
    expect(new Set(texts).size).toBe(6);
    expect(t('menu.mute', { name: 'Ada' })).toContain('\u2068Ada\u2069');
  });

  it('German writes numbers and lists its own way', async () => {
    const { t, together, percent } = await reader('de');
    expect(document.documentElement.dir).toBe('ltr');
    expect(t('feed.waiting', { count: 12_345 })).toBe('12.345 neue Beiträge');
    expect(together(['A', 'B', 'C'])).toBe('A, B und C');
    expect(percent(0.25)).toBe('25\u00a0%');
  });

  it('Japanese has one form for all numbers', async () => {
    const { t } = await reader('ja');
    expect(t('feed.waiting', { count: 1 }).replace('1', '5')).toBe(t('feed.waiting', { count: 5 }));
  });
});
