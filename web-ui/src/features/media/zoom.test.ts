// How close one gets to a picture.
import { describe, expect, it } from 'vitest';
import { bounded, CLOSEST, Zoom } from './zoom.svelte';

describe('the nearness of a picture', () => {
  it.each([
    [0, 1],
    [-3, 1],
    [1.04, 1],
    [1.5, 1.5],
    [99, CLOSEST],
  ])('%d becomes %d', (wanted, expected) => expect(bounded(wanted)).toBe(expected));

  it('keeps the size of the whole picture while it is larger', async () => {
    const page = document.createElement('div');
    const image = document.createElement('img');
    page.append(image);
    page.scrollBy = () => {};
    image.getBoundingClientRect = () => ({ left: 0, top: 0, width: 300, height: 200 }) as DOMRect;
    const zoom = new Zoom();
    await zoom.set(image, 2);
    expect([zoom.by, zoom.base]).toEqual([2, { width: 300, height: 200 }]);
    zoom.step(image, 1);
    expect(zoom.by).toBe(3);
    zoom.toggle(image);
    expect([zoom.by, zoom.base]).toEqual([1, null]);
  });
});
