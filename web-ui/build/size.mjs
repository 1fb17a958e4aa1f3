// Fails when something that a page needs grows over its budget: the first load of /home in any language, every part that
// loads when it is wanted (on top of the frame, which stands already), and the sheet of the server-rendered pages.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const HOME_BUDGET = 100 * 1024;
const LAZY_BUDGET = 60 * 1024;
const SHEET_BUDGET = 6 * 1024;
/** Lazy parts that are told by name: the largest ones. */
const TOLD = 5;
const FRAME = 'index.html';
const HOME = 'src/features/timelines/Home.svelte';
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('manifest.json', dist), 'utf8'));

/** Files that the browser must have before this part stands on the screen. */
function files(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const other of chunk.imports ?? []) files(other, seen);
  return seen;
}

const sizes = new Map();
async function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
}

async function sum(wanted) {
  let total = 0;
  for (const file of wanted) total += await size(file);
  return total;
}

const over = [];
function tell(bytes, what, budget) {
  console.log(`${String(bytes).padStart(7)}  ${what}${budget ? ` (budget ${budget})` : ''}`);
  if (budget && bytes > budget) over.push(what);
}

const home = files(HOME, files(FRAME));
for (const file of home) tell(await size(file), file);
const common = (await size(FRAME)) + (await sum(home));
const catalogs = Object.entries(manifest).filter(([entry]) => entry.startsWith('src/locales/'));
if (!catalogs.length) over.push('no language at all');
for (const [entry, { file, name }] of catalogs) {
  if (entry.endsWith('?rest')) tell(await size(file), `all other words of ${name}, gzip`, LAZY_BUDGET);
  else tell(common + (await size(file)), `first load of /home with ${name}, gzip`, HOME_BUDGET);
}

const frame = files(FRAME);
const lazy = [];
for (const [name, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry || name === HOME || name.startsWith('src/locales/')) continue;
  lazy.push([await sum([...files(name)].filter((file) => !frame.has(file))), name]);
}
lazy.sort(([one], [other]) => other - one);
lazy.forEach(([bytes, name], at) => (at < TOLD || bytes > LAZY_BUDGET) && tell(bytes, `${name}, gzip`, LAZY_BUDGET));
tell(lazy.length, 'parts that load when they are wanted');

tell((await readFile(new URL('assets/public.css', dist))).length, 'public.css, plain', SHEET_BUDGET);
if (over.length) {
  console.error(`over budget: ${over.join(', ')}`);
  process.exit(1);
}
