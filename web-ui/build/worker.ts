// Emits sw.js with the list of the files of this build and the page it shows without a network inside.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** Files that are fetched when they are wanted, however slow the network: large, and seldom used. */
const LATER = /EmojiPicker|\.map$/;

/** Vite plugin: `dist/sw.js`. */
export function worker(): Plugin {
  return {
    name: 'shop:worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const offline = await readFile(new URL('../src/offline.html', import.meta.url), 'utf8');
      const source = await readFile(new URL('../src/sw.js', import.meta.url), 'utf8');
      const files = Object.keys(bundle)
        .filter((name) => /^assets\/.+-[\w-]{8}\.(js|css)$/.test(name) && !LATER.test(name))
        .map((name) => `/${name}`)
        .concat('/assets/public.css', '/assets/icon.svg')
        .sort();
      const version = createHash('sha256').update(files.join() + offline + source).digest('hex').slice(0, 12);
      const text = source.replace('__VERSION__', version).replace('__FILES__', JSON.stringify(files)).replace('__OFFLINE__', () => JSON.stringify(offline));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: text });
    },
  };
}
