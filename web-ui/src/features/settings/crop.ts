// Which part of a picture a frame of a given shape shows: pure geometry, moved and zoomed.

export interface Size {
  width: number;
  height: number;
}

/** What is cut, and into which shape. */
export interface Cut {
  picture: Size;
  /** Width of the frame by its height. */
  ratio: number;
}

/** Where the frame stands. */
export interface Crop {
  /** 1 shows as much of the picture as the frame can hold. */
  zoom: number;
  /** The middle of the frame on the picture: 0 to 1 from left to right and from top to bottom. */
  x: number;
  y: number;
}

export const CLOSEST = 5;
export const WHOLE: Crop = { zoom: 1, x: 0.5, y: 0.5 };

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

/** How much of the picture the frame shows, in both directions: 0 to 1. */
export function shown({ picture, ratio }: Cut, zoom: number): Size {
  const shape = picture.width / picture.height;
  return { width: Math.min(1, ratio / shape) / zoom, height: Math.min(1, shape / ratio) / zoom };
}

/** The nearest crop that leaves no gap between picture and frame. */
export function bounded(cut: Cut, crop: Crop): Crop {
  const zoom = between(1, crop.zoom, CLOSEST);
  const { width, height } = shown(cut, zoom);
  return { zoom, x: between(width / 2, crop.x, 1 - width / 2), y: between(height / 2, crop.y, 1 - height / 2) };
}

/** Moves the picture behind the frame, by parts of the frame; to the right and down is positive. */
export function moved(cut: Cut, crop: Crop, across: number, down: number): Crop {
  const { width, height } = shown(cut, crop.zoom);
  return bounded(cut, { zoom: crop.zoom, x: crop.x - across * width, y: crop.y - down * height });
}

/** Comes closer or goes back. What lies at `at` of the frame (0 to 1, from its left and top) stays there, as far as it can. */
export function zoomed(cut: Cut, crop: Crop, zoom: number, at = { x: 0.5, y: 0.5 }): Crop {
  const next = between(1, zoom, CLOSEST);
  const [before, after] = [shown(cut, crop.zoom), shown(cut, next)];
  return bounded(cut, {
    zoom: next,
    x: crop.x + (at.x - 0.5) * (before.width - after.width),
    y: crop.y + (at.y - 0.5) * (before.height - after.height),
  });
}

/** The part of the picture in the frame, in its pixels. */
export function region(cut: Cut, crop: Crop): Size & { x: number; y: number } {
  const { picture } = cut;
  const part = shown(cut, crop.zoom);
  return {
    x: (crop.x - part.width / 2) * picture.width,
    y: (crop.y - part.height / 2) * picture.height,
    width: part.width * picture.width,
    height: part.height * picture.height,
  };
}

/** Size in which the part is drawn: no larger than `most` across, never larger than it is, in the shape of the frame. */
export function drawn(cut: Cut, crop: Crop, most: number): Size {
  const width = Math.max(1, Math.round(Math.min(most, region(cut, crop).width)));
  return { width, height: Math.max(1, Math.round(width / cut.ratio)) };
}
