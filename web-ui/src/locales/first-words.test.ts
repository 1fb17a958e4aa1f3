// The first load has every word it can show, and what comes later never comes without the rest.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstLoad, firstWords, loaded, named } from '../../build/first-words';

const SOURCES = join(process.cwd(), 'src');
const keys = Object.keys(JSON.parse(readFileSync(join(SOURCES, 'locales/en.json'), 'utf8')) as Record<string, string>);
const first = firstWords(keys);

describe('keys', () => {
  const known = ['time.now', 'time.hour', 'time.hours', 'said.pin.on', 'nav.skip'];
  it.each([
    ["t('time.hour')", ['time.hour']],
    ['t(`time.${unit}`)', ['time.now', 'time.hour', 'time.hours']],
    ["t(`said.${mark}.${sent ? 'on' : `off`}`)", ['said.pin.on']],
    ['const title: MessageKey = "nav.skip";', ['nav.skip']],
    ["import { t } from './time.now.svelte'; // time.now", []],
  ])('are found in %s', (source, found) => {
    expect(named(source, known)).toEqual(found);
  });
});

describe('the first load', () => {
  it('has the words of the frame and of posts, but not those of pages and windows', () => {
    const has = ['nav.skip', 'toast.retry', 'error.unreachable', 'time.minute', 'visibility.direct', 'settings.title', 'said.favourited.on', 'menu.mute'];
    const hasNot = ['settings.app-language', 'compose.poll-add', 'keys.write', 'report.spam', 'search.people', 'profile.joined'];
    expect(has.filter((key) => !first.has(key))).toEqual([]);
    expect(hasNot.filter((key) => first.has(key))).toEqual([]);
    expect(first.size).toBeLessThan(keys.length / 2);
  });

  it('loads nothing without words that needs the rest of them', () => {
    const bare: string[] = [];
    for (const [file, source] of firstLoad()) {
      for (const [, before = '', path = ''] of source.matchAll(/(\w+\(\(\) => |)\bimport\('(\.[^']+)'\)/g)) {
        if (before.startsWith('lazy(') || before.startsWith('withWords(')) continue;
        const needed = [...loaded([resolve(dirname(file), path)]).values()].flatMap((later) => named(later, keys));
        if (needed.some((key) => !first.has(key))) bare.push(`${file}: ${path}`);
      }
    }
    expect(bare).toEqual([]);
  });
});
