// Emits public/public.css, the sheet of the server-rendered pages, under its stable name and without its comments.
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

/** Vite plugin: `dist/assets/public.css`, shrunk; the same file in development. */
export function publicSheet(): Plugin {
  const source = new URL('../public/public.css', import.meta.url);
  return {
    name: 'shop:public-sheet',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'assets/public.css', source: shrink(await readFile(source, 'utf8')) });
    },
    configureServer(server) {
      server.middlewares.use('/assets/public.css', async (_request, response) => {
        response.setHeader('content-type', 'text/css');
        response.end(await readFile(source));
      });
    },
  };
}
