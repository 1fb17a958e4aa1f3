import { describe, expect, it } from 'vitest';
import { grouped } from './twoFactor';

describe('a key', () => {
  it.each([
    ['MZXW6YTB', 'MZXW 6YTB'],
    ['MZXW6YTBO', 'MZXW 6YTB O'],
    ['', ''],
  ])('%s is shown in groups of four', (secret, shown) => expect(grouped(secret)).toBe(shown));
});
