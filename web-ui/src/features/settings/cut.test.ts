// Which GIFs move.
import { describe, expect, it } from 'vitest';
import { isAnimated } from './cut';

const HEAD = [...'GIF89a'].map((letter) => letter.charCodeAt(0));
/** Two by two pixels, with a table of two colours. */
const SCREEN = [2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
const PAUSE = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
const PICTURE = [0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x44, 0x51, 0];
/** With a table of four colours of its own, of which one looks like the beginning of a picture. */
const COLOURED = [0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0x81, 0x2c, 0, 0, 0x2c, 0, 0, 0x3b, 0x3b, 0x3b, 0, 0, 0, 2, 2, 0x44, 0x51, 0];
const REMARK = [0x21, 0xfe, 3, 0x2c, 0x2c, 0x2c, 2, 0x2c, 0x2c, 0];
const END = [0x3b];

describe('a GIF', () => {
  it.each([
    ['of two pictures moves', true, [...HEAD, ...SCREEN, ...PAUSE, ...PICTURE, ...PAUSE, ...PICTURE, ...END]],
    ['of two pictures without pauses moves', true, [...HEAD, ...SCREEN, ...COLOURED, ...PICTURE, ...END]],
    ['of one picture does not', false, [...HEAD, ...SCREEN, ...PAUSE, ...PICTURE, ...END]],
    ['of one picture with its own colours and remarks does not', false, [...HEAD, ...SCREEN, ...REMARK, ...COLOURED, ...REMARK, ...END]],
    ['that breaks off does not', false, [...HEAD, ...SCREEN, ...PICTURE.slice(0, 6)]],
    ['of nothing does not', false, []],
    ['that is none does not', false, [0x89, 0x50, 0x4e, 0x47, 0x2c, 0x2c]],
  ])('%s', (_, expected, bytes) => expect(isAnimated(new Uint8Array(bytes))).toBe(expected));
});
