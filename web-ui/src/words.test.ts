// No word outside the catalogs, no left or right in a style: both would be wrong in some language.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';

const SOURCES = join(process.cwd(), 'src');
const all = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
const components = all.filter((name) => name.endsWith('.svelte'));
const sheets = [...components, ...all.filter((name) => name.endsWith('.css'))];

/** Attributes that are read or heard. */
const SAID = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'hint', 'empty']);
/** Signs of the network itself; they are the same in every language. */
const SIGNS = /^[\s\p{P}\p{S}\p{N}]*$/u;
/** What is shown as it is typed: keys of the keyboard and operators of the search. */
const TYPED = new Set(['kbd', 'code', 'script', 'style']);

interface Node {
  type?: string;
  name?: string;
  data?: string;
  value?: unknown;
  [key: string]: unknown;
}

/** Texts of a component that stand in it as they are, instead of coming from a catalog. */
function loose(source: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'RegularElement' && TYPED.has(node.name ?? '')) return;
    if (node.type === 'Text' && !SIGNS.test(node.data ?? '')) found.push((node.data ?? '').trim());
    if (node.type === 'Attribute') {
      if (SAID.has(node.name ?? '')) walk(node.value);
      return;
    }
    if (node.type === 'ExpressionTag' || node.type === 'Literal' || node.type === 'TemplateLiteral') return;
    for (const child of Object.values(node)) walk(child);
  };
  walk((parse(source, { modern: true }) as unknown as { fragment: Node }).fragment);
  return found;
}

/** The values of a shorthand, apart: `0 calc(1px + 2px)` has two. */
function values(text: string): string[] {
  return text.match(/(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+/g) ?? [];
}

/** Declarations that name a side of the screen instead of a side of the text. */
function sided(source: string): string[] {
  const styles = source.includes('<style') ? (/<style[^>]*>([\s\S]*)<\/style>/.exec(source)?.[1] ?? '') : source;
  const declarations = styles.replace(/\/\*[\s\S]*?\*\//g, '').match(/(?<=[{;]\s*)[\w-]+\s*:[^;{}]+(?=[;}])/g) ?? [];
  return declarations.filter((one) => {
    const [name = '', value = ''] = one.split(/\s*:\s*/, 2);
    if (/\b(left|right)\b/.test(name)) return true;
    if (/^(text-align|float|clear)$/.test(name)) return /^(left|right)\b/.test(value);
    const [first, second, third, fourth] = values(value);
    if (/^((scroll-)?(margin|padding)|inset|border-(width|style|color))$/.test(name)) return fourth !== undefined && fourth !== second;
    // Corners go round: two or three values, and four unlike ones, differ from side to side.
    if (name === 'border-radius') return second !== undefined && (second !== first || (fourth ?? second) !== (third ?? first));
    return false;
  });
}

describe('components', () => {
  it.each(components)('%s says nothing of its own', (name) => {
    expect(loose(readFileSync(join(SOURCES, name), 'utf8'))).toEqual([]);
  });
  it('are caught when they do', () => {
    expect(loose('<p title="Hint">Hello {name} <b>1 · 2</b> <kbd>Esc</kbd><i class="word" aria-label={t(key)}></i></p>')).toEqual(['Hint', 'Hello']);
  });
});

describe('styles', () => {
  it.each(sheets)('%s knows no left and right', (name) => {
    const source = readFileSync(join(SOURCES, name), 'utf8');
    expect(name.endsWith('.css') || source.includes('<style') ? sided(source) : []).toEqual([]);
  });
  it('are caught when they do', () => {
    const named = 'margin-left: 1px; text-align: right; border-top-right-radius: 2px; left: 0';
    const unlike = 'padding: 0 1px 0 calc(1px + var(--s1)); border-radius: 4px 0';
    const fine = 'inset-inline-start: 0; padding: 0 calc(1px + 2px) 1px calc(1px + 2px); border-radius: 4px 4px 0 0; text-align: start';
    expect(sided(`<style>.left { ${named}; ${unlike}; ${fine} }</style>`)).toEqual([...named.split('; '), ...unlike.split('; ')]);
  });
});
