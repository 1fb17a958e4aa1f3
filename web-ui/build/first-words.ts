// Tells the words of the first load from the rest. Nobody keeps a list: the first file of a language has what is named by the
// sources that come with /home, and all other words come in a second file, with the first page or window that loads later.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const SOURCES = resolve(import.meta.dirname, '../src');
const FIRST = ['main.ts', 'features/timelines/Home.svelte'].map((name) => resolve(SOURCES, name));

/** `import … from './x'`, `export … from './x'` and `import './x'`; what only names types brings no words. */
const IMPORT = /^\s*(?:(?:import|export)\s+(?!type\b)[^'";()]*from|import)\s+'(\.[^']+)'/gm;

/** These sources and all that the browser loads with them; not what they import when it is wanted. */
export function loaded(entries: string[], found = new Map<string, string>()): Map<string, string> {
  for (const entry of entries) {
    const file = [entry, `${entry}.ts`].find((name) => /\.(ts|svelte)$/.test(name) && existsSync(name));
    if (!file || found.has(file)) continue;
    const source = readFileSync(file, 'utf8');
    found.set(file, source);
    loaded([...source.matchAll(IMPORT)].map(([, path = '']) => resolve(dirname(file), path)), found);
  }
  return found;
}

/** Keys that a source names, as a whole (`'time.now'`) or by their beginning (`time.${unit}`). */
export function named(source: string, keys: string[]): string[] {
  const begun = [...source.matchAll(/['"`]([a-z][a-z-]*\.[\w.-]*)(\$\{)?/g)];
  const whole = new Set(begun.map(([, key]) => key));
  const beginnings = begun.flatMap(([, key = '', more]) => (more ? [key] : []));
  return keys.filter((key) => whole.has(key) || beginnings.some((beginning) => key.startsWith(beginning)));
}

/** All sources of the first load. */
export function firstLoad(): Map<string, string> {
  return loaded(FIRST);
}

/** Those of the keys that stand in the first file. */
export function firstWords(keys: string[]): Set<string> {
  return new Set([...firstLoad().values()].flatMap((source) => named(source, keys)));
}
