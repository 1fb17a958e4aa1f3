// Whose card is shown: the person on whose name the mouse rests. Touch and keyboard open the page itself.
import { prefs } from '../../app/prefs.svelte';

/** Rest before a card opens, and time to reach it, in milliseconds. */
const REST = 600;
const GRACE = 250;

class Hover {
  acct = $state<string | null>(null);
  /** Where the name stands in the window. */
  at = $state.raw<DOMRect | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to watch the mouse; answers how to stop. */
  start(): () => void {
    const over = (event: PointerEvent): void => {
      if (event.pointerType !== 'mouse' || !prefs.choices.hoverCards) return;
      const target = event.target as Element | null;
      if (target?.closest?.('[data-hover-card]')) return clearTimeout(this.#timer);
      const link = target?.closest?.<HTMLAnchorElement>('a[href]');
      const acct = link && link.origin === location.origin ? /^\/@([^/]+)$/.exec(link.pathname)?.[1] : undefined;
      clearTimeout(this.#timer);
      if (link && acct && !link.closest('nav, header.side, dialog')) {
        if (this.acct === decodeURIComponent(acct)) return;
        this.#timer = setTimeout(() => {
          this.at = link.getBoundingClientRect();
          this.acct = decodeURIComponent(acct);
        }, REST);
      } else if (this.acct) this.#timer = setTimeout(() => this.close(), GRACE);
    };
    const close = (): void => this.close();
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') this.close();
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('pointerdown', this.#press);
    document.addEventListener('keydown', key);
    addEventListener('scroll', close, { passive: true });
    return () => {
      clearTimeout(this.#timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerdown', this.#press);
      document.removeEventListener('keydown', key);
      removeEventListener('scroll', close);
    };
  }

  #press = (event: PointerEvent): void => {
    if (!(event.target as Element | null)?.closest?.('[data-hover-card]')) this.close();
  };

  close(): void {
    clearTimeout(this.#timer);
    this.acct = null;
  }
}

export const hover = new Hover();
