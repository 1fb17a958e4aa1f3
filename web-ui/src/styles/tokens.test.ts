// Contrast of the colours, computed: text 4.5 : 1 at least, lines of fields 3 : 1, in light and dark.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HUES } from '../app/prefs.svelte';

type Colour = [lightness: number, chroma: number, hue: number];

/** The colours of a sheet, as somebody with this hue sees them, who may have asked for high contrast. */
function read(path: string, hue: number, strong = false): Map<string, [light: Colour, dark: Colour]> {
  const css = readFileSync(new URL(path, `file://${process.cwd()}/`), 'utf8').replaceAll('var(--hue)', String(hue));
  const block = (selector: string): string => css.split(`${selector}{`).at(1)?.split('}').at(0) ?? css.split(`${selector} {`).at(1)?.split('}').at(0) ?? '';
  const root = block(':root') + (strong ? block(':root[data-contrast]') : '');
  const found = new Map<string, [Colour, Colour]>();
  const colour = String.raw`(#fff|oklch\([^)]*\))`;
  for (const [, name = '', light = '', dark = ''] of root.matchAll(new RegExp(`(--[\\w-]+):\\s*light-dark\\(${colour},\\s*${colour}\\)`, 'g'))) {
    found.set(name, [parse(light), parse(dark)]);
  }
  return found;
}

function parse(text: string): Colour {
  if (text === '#fff') return [1, 0, 0];
  const [lightness = 0, chroma = 0, hue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [lightness, chroma, hue];
}

/** Relative luminance of WCAG 2, straight from OKLCH by way of linear sRGB. */
function luminance([lightness, chroma, hue]: Colour): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const tokens = read('src/styles/tokens.css', HUES.teal);
const get = (name: string, theme: 0 | 1, from = tokens): Colour => from.get(name)?.[theme] as Colour;

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s colours', (_, theme) => {
  const grounds = ['--bg', '--surface', '--surface-2'];
  it.each(['--text', '--text-2', '--accent', '--danger', '--ok', '--star'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)))(
    '%s can be read on %s',
    (ink, ground) => {
      expect(contrast(get(ink, theme), get(ground, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(Object.entries(HUES))('the accent in %s can be read on every ground and on its own, and words on the accent', (_, hue) => {
    const hued = read('src/styles/tokens.css', hue);
    for (const ground of [...grounds, '--accent-soft']) {
      expect(contrast(get('--accent', theme, hued), get(ground, theme, hued)), ground).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(get('--on-accent', theme, hued), get('--accent', theme, hued))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(Object.entries(HUES))('high contrast is 7 : 1 for words and for the accent in %s', (_, hue) => {
    const hued = read('src/styles/tokens.css', hue, true);
    for (const ink of ['--text', '--accent', '--danger']) {
      for (const ground of grounds) expect(contrast(get(ink, theme, hued), get(ground, theme, hued)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(7);
    }
  });
  it.each(grounds)('the lines of fields can be seen on %s', (ground) => {
    expect(contrast(get('--field', theme), get(ground, theme))).toBeGreaterThanOrEqual(3);
  });
});

describe('the sheet of the server-rendered pages', () => {
  it('has the same colours', () => {
    const sheet = read('public/public.css', HUES.teal);
    expect(sheet.size).toBeGreaterThan(8);
    for (const [name, colours] of sheet) expect([name, colours]).toEqual([name, tokens.get(name)]);
  });
});
