// Fails when the first load of /home grows over its budget, or the sheet of the server-rendered pages over its own.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const HOME_BUDGET = 100 * 1024;
const SHEET_BUDGET = 6 * 1024;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('manifest.json', dist), 'utf8'));

/** Files that the browser must have before the first post of /home stands on the screen. */
function files(entry, seen = new Map()) {
  const chunk = manifest[entry];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.set(chunk.file, chunk);
  for (const css of chunk.css ?? []) seen.set(css, null);
  for (const other of chunk.imports ?? []) files(other, seen);
  return seen;
}

const wanted = files('index.html');
files('src/features/timelines/Home.svelte', wanted);
let total = gzipSync(await readFile(new URL('index.html', dist)), { level: 9 }).length;
for (const file of wanted.keys()) {
  const size = gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(7)}  ${file}`);
}
const sheet = (await readFile(new URL('assets/public.css', dist))).length;
console.log(`${String(total).padStart(7)}  first load of /home, gzip (budget ${HOME_BUDGET})`);
console.log(`${String(sheet).padStart(7)}  public.css, plain (budget ${SHEET_BUDGET})`);
if (total > HOME_BUDGET || sheet > SHEET_BUDGET) {
  console.error('over budget');
  process.exit(1);
}
