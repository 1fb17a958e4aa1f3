// Emits what the server-rendered pages use, under stable names: public.css (without its comments) and icon.svg.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';


/** Shrinks a hand-written sheet: comments, line breaks and the blanks around punctuation. */
export function shrink(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s*([{};,>])\s*/g, '$1')
    .replace(/;}/g, '}')
    .trim();
}

/** Vite plugin: `dist/assets/public.css`, shrunk, and `dist/assets/icon.svg`; the sheet also in development. */
export function publicSheet(): Plugin {
  const source = new URL('../public/public.css', import.meta.url);
  const icon = new URL('../public/icon.svg', import.meta.url);
  return {
    name: 'shop:public-sheet',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'assets/public.css', source: shrink(await readFile(source, 'utf8')) });
      this.emitFile({ type: 'asset', fileName: 'assets/icon.svg', source: await readFile(icon, 'utf8') });
    },
    configureServer(server) {
      server.middlewares.use('/assets/public.css', async (_request, response) => {
        response.setHeader('content-type', 'text/css');
        response.end(await readFile(source));
      });
    },
  };
}
