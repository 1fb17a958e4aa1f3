// Writes what the server takes into its binary to `dist/packed`: text under /assets/ packed twice and not as it is, so that
// the server never compresses at run time and nothing is in it three times; everything else as it is.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /^assets\/.+\.(js|css|svg|json|txt)$/;
/** What only the build itself reads. */
const OWN = new Set(['manifest.json']);

/** Vite plugin: `dist/packed`, written after the bundle. */
export function precompress(): Plugin {
  return {
    name: 'shop:precompress',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (!dir) return;
      await rm(join(dir, 'packed'), { recursive: true, force: true });
      for (const name of Object.keys(bundle).filter((one) => !OWN.has(one))) {
        const [from, to] = [join(dir, name), join(dir, 'packed', name)];
        await mkdir(dirname(to), { recursive: true });
        if (!TEXT.test(name)) {
          await copyFile(from, to);
          continue;
        }
        const bytes = await readFile(from);
        await writeFile(`${to}.gz`, await promisify(gzip)(bytes, { level: 9 }));
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        await writeFile(`${to}.br`, await promisify(brotliCompress)(bytes, quality));
      }
    },
  };
}
