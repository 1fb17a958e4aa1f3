import { describe, expect, it } from 'vitest';
import { sizeIn } from './archives';

describe('a size', () => {
  it.each([
    [0, 0.1, 'kilobyte'],
    [1_234, 1.2, 'kilobyte'],
    [999_499, 999, 'kilobyte'],
    [999_500, 1, 'megabyte'],
    [52_400_000, 52, 'megabyte'],
    [40_000_000_000, 40, 'gigabyte'],
    [4_000_000_000_000, 4000, 'gigabyte'],
  ])('of %d bytes is %d %s', (bytes, amount, unit) => expect(sizeIn(bytes)).toEqual({ amount, unit }));
});
