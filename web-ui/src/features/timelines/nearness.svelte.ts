// Which articles are near enough to the screen to be drawn: one observer for a whole feed.
import { SvelteMap } from 'svelte/reactivity';

/** How far beyond the screen articles stay drawn. */
const MARGIN = '2000px 0px';

/** Does something of it play, or wait in a corner of the window? Who jumps far is here before the corner is. */
function plays(target: Element): boolean {
  const media = [...target.querySelectorAll<HTMLMediaElement>('video, audio')];
  return !!target.querySelector(':popover-open') || media.some((one) => !one.paused && !one.muted);
}

export class Nearness {
  /** Heights of the articles that are emptied; not in the map: drawn. */
  readonly heights = new SvelteMap<Element, number>();
  #observer: IntersectionObserver | null = null;
  #watched = new Set<Element>();

  /** Begins to look; answers how to stop. `root` is what scrolls, null for the window. */
  start(root: HTMLElement | null): () => void {
    this.#observer = new IntersectionObserver((entries) => this.#look(entries), { root, rootMargin: MARGIN });
    for (const element of this.#watched) this.#observer.observe(element);
    return () => {
      this.#observer?.disconnect();
      this.#observer = null;
    };
  }

  #look(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      if (isIntersecting) this.heights.delete(target);
      // What has the focus inside is never taken away.
      else if (boundingClientRect.height > 0 && !target.contains(document.activeElement) && !plays(target)) {
        this.heights.set(target, boundingClientRect.height);
      }
    }
  }

  watch(element: Element): () => void {
    this.#watched.add(element);
    this.#observer?.observe(element);
    return () => {
      this.#watched.delete(element);
      this.#observer?.unobserve(element);
      this.heights.delete(element);
    };
  }
}
