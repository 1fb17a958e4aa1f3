// A closer look at one picture: by keys, double click, wheel or button, moved by dragging or scrolling.
import { tick } from 'svelte';

export const CLOSEST = 5;
/** One step of the keys and the button. */
const STEP = 1.5;
/** What a double click or the button leads to. */
const NEAR = 2.5;

/** The next nearness, between the whole picture and the closest look. */
export function bounded(zoom: number): number {
  const next = Math.min(CLOSEST, Math.max(1, zoom));
  // What is nearly whole is whole.
  return next < 1.05 ? 1 : next;
}

export class Zoom {
  /** 1 is the whole picture. */
  by = $state(1);
  /** Size of the whole picture on the screen, in pixels; known while it is larger. */
  base = $state.raw<{ width: number; height: number } | null>(null);

  reset(): void {
    this.by = 1;
    this.base = null;
  }

  /** Sets the nearness. The point of the picture that lies at `x`, `y` of the window stays there. */
  async set(image: HTMLElement, zoom: number, x?: number, y?: number): Promise<void> {
    const next = bounded(zoom);
    if (next === this.by) return;
    const page = image.parentElement;
    const before = image.getBoundingClientRect();
    // A picture that is still on its way has no size to start from.
    if (!before.width || !before.height) return;
    const [left, top] = [x ?? before.left + before.width / 2, y ?? before.top + before.height / 2];
    const part = { x: (left - before.left) / before.width, y: (top - before.top) / before.height };
    this.base ??= { width: before.width, height: before.height };
    this.by = next;
    if (next === 1) return void (this.base = null);
    await tick();
    const after = image.getBoundingClientRect();
    page?.scrollBy({ left: after.left + part.x * after.width - left, top: after.top + part.y * after.height - top, behavior: 'instant' });
  }

  step(image: HTMLElement, by: 1 | -1): void {
    void this.set(image, by > 0 ? this.by * STEP : this.by / STEP);
  }

  /** From the whole picture to near, and back. */
  toggle(image: HTMLElement, x?: number, y?: number): void {
    void this.set(image, this.by > 1 ? 1 : NEAR, x, y);
  }

  /** Moves a near picture with the mouse. Fingers scroll it. */
  drag(event: PointerEvent): void {
    const image = event.currentTarget as HTMLElement;
    const page = image.parentElement;
    if (this.by === 1 || event.pointerType !== 'mouse' || event.button || !page) return;
    event.preventDefault();
    image.setPointerCapture(event.pointerId);
    const move = ({ movementX, movementY }: PointerEvent): void => page.scrollBy({ left: -movementX, top: -movementY, behavior: 'instant' });
    image.addEventListener('pointermove', move);
    image.addEventListener('lostpointercapture', () => image.removeEventListener('pointermove', move), { once: true });
  }
}
