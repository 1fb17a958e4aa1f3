// The emoji of Unicode for the picker, boiled down to what it shows and searches; module `virtual:emoji`.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

interface Entry {
  unicode: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
}

/** Group of skin tones and hair: parts of emoji, not emoji to choose. */
const PARTS = 2;
const NAME = 'virtual:emoji';

/** One line an emoji, one block a group: the emoji, its name and further words, parted by tabs. */
export async function emojiText(): Promise<string> {
  const path = createRequire(import.meta.url).resolve('emojibase-data/en/compact.json');
  const all = JSON.parse(await readFile(path, 'utf8')) as Entry[];
  const groups = new Map<number, Entry[]>();
  for (const entry of all) {
    if (entry.group === undefined || entry.group === PARTS) continue;
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  return [...groups]
    .sort(([one], [other]) => one - other)
    .map(([, entries]) =>
      entries
        .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
        .map(({ unicode, label, tags = [] }) => {
          const more = tags.filter((tag) => !label.includes(tag));
          return [unicode, label, ...(more.length ? [more.join(' ')] : [])].join('\t');
        })
        .join('\n'),
    )
    .join('\n\n');
}

/** Vite plugin: serves the text as a module. */
export function emoji(): Plugin {
  return {
    name: 'shop:emoji',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: async (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(await emojiText())};` : null),
  };
}
