// The catalogs say the same things with the same values, each with all plural forms of its language.
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../build/catalogs';
import { languages } from '../app/i18n';

const FOLDER = join(process.cwd(), 'src/locales');
const read = (language: string): Record<string, string> => JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as Record<string, string>;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
const english = read('en');

interface Plural {
  name: string;
  forms: string[];
}
interface Shape {
  names: Set<string>;
  plurals: Plural[];
}

function shape(message: string): Shape {
  const found: Shape = { names: new Set(), plurals: [] };
  const walk = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.argument) found.names.add(element.value);
      if (element.type !== TYPE.plural) continue;
      found.names.add(element.value);
      found.plurals.push({ name: element.value, forms: Object.keys(element.options) });
      for (const { value } of Object.values(element.options)) walk(value);
    }
  };
  walk(parse(message, { ignoreTag: true }));
  return found;
}

/** What is wrong with a translation, in words; nothing when all is well. */
function faults(language: string, catalog: Record<string, string>): string[] {
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const found = Object.keys(english).filter((key) => !(key in catalog)).map((key) => `${key}: missing`);
  for (const [key, message] of Object.entries(catalog)) {
    const original = english[key];
    if (original === undefined) {
      found.push(`${key}: unknown`);
      continue;
    }
    if (!message.trim()) found.push(`${key}: empty`);
    compile(message);
    const [own, other] = [shape(message), shape(original)];
    const names = (all: Set<string>): string => [...all].sort().join();
    if (names(own.names) !== names(other.names)) found.push(`${key}: has {${names(own.names)}}, should have {${names(other.names)}}`);
    for (const { name, forms } of own.plurals) {
      const plain = forms.filter((form) => !form.startsWith('='));
      if ([...plain].sort().join() !== [...wanted].sort().join()) found.push(`${key}: {${name}} has ${plain.join()}, should have ${wanted.join()}`);
    }
    const counted = (all: Plural[]): string => all.map(({ name }) => name).sort().join();
    if (counted(own.plurals) !== counted(other.plurals)) found.push(`${key}: counts {${counted(own.plurals)}}, should count {${counted(other.plurals)}}`);
  }
  return found;
}

describe('catalogs', () => {
  it('are those that the app can load', () => {
    expect([...languages].sort()).toEqual([...files].sort());
    expect(files).toEqual(expect.arrayContaining(['ar', 'de', 'en', 'es', 'fr', 'ja']));
  });

  it.each(files)('%s is complete', (language) => {
    expect(faults(language, read(language))).toEqual([]);
  });

  it('tell what is wrong', () => {
    const broken: Record<string, string> = { ...read('de'), 'dialog.close': ' ', 'dialog.shut': 'Zu', 'blocks.until': 'Bis {when}', 'feed.waiting': '{count, plural, other {# Beiträge}}' };
    delete broken['dialog.cancel'];
    expect(faults('de', broken)).toEqual([
      'dialog.cancel: missing',
      'blocks.until: has {when}, should have {time}',
      'dialog.close: empty',
      'feed.waiting: {count} has other, should have one,other',
      'dialog.shut: unknown',
    ]);
  });
});

describe('a message that the app cannot read', () => {
  it.each(['{count, plural, one {#}', '{day, date}', '{count, plural, offset:1 other {#}}', '{at, selectordinal, other {#}}', '{who, select, other {x}}'])(
    '%s stops the build',
    (message) => expect(() => compile(message)).toThrow(),
  );
});
