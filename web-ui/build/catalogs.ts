// Reads the ICU messages of the catalogs when the app is built, so that no browser has to load a parser.
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';
import { firstWords } from './first-words';

/** A part of a message: words, `0` for the `#` of a plural, or an argument, with the forms of a plural if it chooses one. */
export type Piece = string | 0 | [name: string] | [name: string, forms: Record<string, Message>];
export type Message = string | Piece[];

function pieces(elements: MessageFormatElement[]): Message {
  const found = elements.map((element): Piece => {
    if (element.type === TYPE.literal) return element.value;
    if (element.type === TYPE.pound) return 0;
    if (element.type === TYPE.argument) return [element.value];
    if (element.type === TYPE.plural && element.pluralType === 'cardinal' && !element.offset) {
      return [element.value, Object.fromEntries(Object.entries(element.options).map(([form, { value }]) => [form, pieces(value)]))];
    }
    throw new Error(`{${'value' in element ? element.value : ''}}: the app knows plain arguments and plurals without offset`);
  });
  if (!found.length) return '';
  return found.length === 1 && typeof found[0] === 'string' ? found[0] : found;
}

/** One ICU message as the app reads it; fails when it cannot be read. */
export function compile(message: string): Message {
  return pieces(parse(message, { ignoreTag: true }));
}

/**
 * Vite plugin: turns `src/locales/*.json` from ICU messages into their pieces: `de.json` into the words of the first load,
 * `de.json?rest` into all others. While the sources are served nothing is parted, since they change under the words.
 */
export function catalogs(): Plugin {
  let parted = false;
  return {
    name: 'shop:catalogs',
    enforce: 'pre',
    configResolved: ({ command }) => void (parted = command === 'build'),
    transform(code, id) {
      const file = /\/src\/locales\/[\w-]+\.json(?<rest>\?rest)?$/.exec(id);
      if (!file) return null;
      const rest = !!file.groups?.rest;
      const messages = Object.entries(JSON.parse(code) as Record<string, string>);
      const keys = messages.map(([key]) => key);
      const first = parted ? firstWords(keys) : new Set(keys);
      const compiled = messages.filter(([key]) => first.has(key) !== rest).map(([key, message]) => {
        try {
          return [key, compile(message)];
        } catch (error) {
          throw new Error(`${id}: ${key}: ${String(error)}`);
        }
      });
      return { code: JSON.stringify(Object.fromEntries(compiled)), map: null, moduleType: 'json' };
    },
  };
}
