// Emits sw.js with the list of the files of this build and the pages it shows without a network inside.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { direction } from '../src/app/direction.ts';

/** Files that are fetched when they are wanted, however slow the network: large, and used seldom or by few. */
const LATER = /EmojiPicker|\/words-|\.map$/;

/** The page without a network in every language, by its code. */
async function offlinePages(): Promise<Record<string, string>> {
  const page = await readFile(new URL('../src/offline.html', import.meta.url), 'utf8');
  const folder = new URL('../src/locales/', import.meta.url);
  const pages: Record<string, string> = {};
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()) {
    const lang = name.slice(0, -'.json'.length);
    const words = JSON.parse(await readFile(new URL(name, folder), 'utf8')) as Record<string, string>;
    const values: Record<string, string> = { ...words, lang, dir: direction(lang) };
    pages[lang] = page.replace(/\{([\w.]+)\}/g, (_, key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`offline.html: ${name} has no ${key}`);
      return value;
    });
  }
  return pages;
}

/** Vite plugin: `dist/sw.js`. */
export function worker(): Plugin {
  return {
    name: 'shop:worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const offline = await offlinePages();
      const source = await readFile(new URL('../src/sw.js', import.meta.url), 'utf8');
      const page = bundle['index.html'];
      const shell = page?.type === 'asset' ? page.source.toString() : '';
      if (!shell.includes('<!--shop:session-->')) throw new Error('index.html has no place for the session');
      const files = Object.keys(bundle)
        .filter((name) => /^assets\/.+-[\w-]{8}\.(js|css)$/.test(name) && !LATER.test(name))
        .map((name) => `/${name}`)
        .concat('/assets/public.css', '/assets/icon.svg')
        .sort();
      const words: Record<string, string[]> = {};
      for (const name of Object.keys(bundle)) {
        const language = /^assets\/words-(.+?)(?:\.rest)?-[\w-]{8}\.js$/.exec(name)?.[1];
        if (language) words[language] = [...(words[language] ?? []), `/${name}`];
      }
      const parts = { FILES: files, WORDS: words, OFFLINE: offline, SHELL: shell };
      const version = createHash('sha256').update(JSON.stringify(parts) + source).digest('hex').slice(0, 12);
      const text = source.replace(/__(FILES|WORDS|OFFLINE|SHELL)__/g, (_all, part: keyof typeof parts) => JSON.stringify(parts[part])).replace('__VERSION__', version);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: text });
    },
  };
}
