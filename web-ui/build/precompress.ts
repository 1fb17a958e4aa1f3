// Writes NAME.gz and NAME.br beside every text file of the build, so that the server never compresses at run time.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(js|css|svg|json|html|txt|webmanifest)$/;
/** A file smaller than this travels in one packet anyway. */
const SMALLEST = 512;

/** Vite plugin: precompressed copies of all files under `dist/assets`, written after the bundle. */
export function precompress(): Plugin {
  return {
    name: 'shop:precompress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir) return;
      const assets = join(dir, 'assets');
      for (const name of await readdir(assets)) {
        if (!TEXT.test(name)) continue;
        const path = join(assets, name);
        const bytes = await readFile(path);
        if (bytes.length < SMALLEST) continue;
        await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, quality));
      }
    },
  };
}
