// The frame over a picture: what it shows, how it is moved and zoomed, and that it never shows anything beside the picture.
import { describe, expect, it } from 'vitest';
import { bounded, CLOSEST, drawn, moved, region, shown, WHOLE, zoomed, type Cut } from './crop';

const wide: Cut = { picture: { width: 2000, height: 1000 }, ratio: 1 };
const tall: Cut = { picture: { width: 600, height: 1200 }, ratio: 3 };
const exact: Cut = { picture: { width: 300, height: 100 }, ratio: 3 };

describe('the frame', () => {
  it.each([
    ['a wide picture in a square', wide, { x: 500, y: 0, width: 1000, height: 1000 }],
    ['a tall picture in a header', tall, { x: 0, y: 500, width: 600, height: 200 }],
    ['a picture of the same shape', exact, { x: 0, y: 0, width: 300, height: 100 }],
  ])('begins in the middle of %s, as large as it can be', (_, cut, expected) => {
    const part = region(cut, WHOLE);
    for (const [name, value] of Object.entries(expected)) expect(part[name as keyof typeof part], name).toBeCloseTo(value);
  });

  it.each([wide, tall, exact])('keeps its shape at every nearness: %j', (cut) => {
    for (const zoom of [1, 1.7, CLOSEST]) {
      const { width, height } = region(cut, { ...WHOLE, zoom });
      expect(width / height).toBeCloseTo(cut.ratio);
    }
  });

  it('follows the picture as it is dragged: one width of the frame is one width of what it shows', () => {
    const before = region(wide, WHOLE);
    expect(region(wide, moved(wide, WHOLE, 0.25, 0)).x).toBeCloseTo(before.x - 0.25 * before.width);
    expect(region(wide, moved(wide, WHOLE, -0.25, 0)).x).toBeCloseTo(before.x + 0.25 * before.width);
  });

  it.each([
    [9, 9],
    [-9, 9],
    [9, -9],
    [-9, -9],
  ])('ends at the edge of the picture when it is moved by %d and %d', (across, down) => {
    for (const cut of [wide, tall, exact]) {
      for (const zoom of [1, 2.5]) {
        const { x, y, width, height } = region(cut, moved(cut, { ...WHOLE, zoom }, across, down));
        expect(Math.abs(x - (across > 0 ? 0 : cut.picture.width - width))).toBeLessThan(1e-6);
        expect(Math.abs(y - (down > 0 ? 0 : cut.picture.height - height))).toBeLessThan(1e-6);
      }
    }
  });
});

describe('coming closer', () => {
  it('leaves what is pointed at where it is', () => {
    const at = { x: 0.2, y: 0.7 };
    const before = region(wide, WHOLE);
    const after = region(wide, zoomed(wide, WHOLE, 2, at));
    expect(after.width).toBeCloseTo(before.width / 2);
    expect(after.x + at.x * after.width).toBeCloseTo(before.x + at.x * before.width);
    expect(after.y + at.y * after.height).toBeCloseTo(before.y + at.y * before.height);
  });

  it('has bounds, and going back from an edge shows no gap', () => {
    expect(zoomed(wide, WHOLE, 99).zoom).toBe(CLOSEST);
    expect(zoomed(wide, WHOLE, 0.1).zoom).toBe(1);
    const corner = moved(wide, { ...WHOLE, zoom: CLOSEST }, 9, 9);
    const back = zoomed(wide, corner, 1);
    expect(region(wide, back)).toMatchObject({ x: 0, y: 0 });
    expect(bounded(wide, back)).toEqual(back);
  });

  it('shows a smaller part in both directions', () => {
    expect(shown(wide, 2)).toEqual({ width: 0.25, height: 0.5 });
  });
});

describe('the size that is drawn', () => {
  it.each([
    [wide, 1, 400, { width: 400, height: 400 }],
    [wide, CLOSEST, 400, { width: 200, height: 200 }],
    [tall, 1, 1500, { width: 600, height: 200 }],
    [{ picture: { width: 5000, height: 5000 }, ratio: 3 }, 1, 1500, { width: 1500, height: 500 }],
    [{ picture: { width: 1, height: 1 }, ratio: 3 }, 1, 1500, { width: 1, height: 1 }],
  ])('is that of the part, up to what is shown anywhere', (cut, zoom, most, expected) => {
    expect(drawn(cut, { ...WHOLE, zoom }, most)).toEqual(expected);
  });
});
