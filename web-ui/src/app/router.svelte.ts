// Addresses and pages: matches the path, keeps the history, remembers where the reader was on each page.
import { routes, type Match } from '../routes';

/** What is remembered about a history entry. */
interface Place {
  scroll: number;
  /** `id` attribute of the element that had the focus. */
  focus: string | null;
}

/** Places remembered at once; the oldest are forgotten. */
const PLACES = 50;

class Router {
  match = $state.raw<Match>(find(location.pathname));
  search = $state.raw(location.search);
  /** Grows with every change of page, also to the same page with other parameters. */
  visit = $state.raw(0);
  #places = new Map<string, Place>();
  #key = entryKey();
  /** Where to go back to on the page being shown, if the reader was there before. */
  place: Place | null = null;

  /** Begins to follow clicks and the back button; answers how to stop. */
  start(): () => void {
    history.scrollRestoration = 'manual';
    if (!history.state) history.replaceState({ key: this.#key }, '');
    const pop = (): void => this.#show(true);
    document.addEventListener('click', this.#click);
    addEventListener('popstate', pop);
    return () => {
      document.removeEventListener('click', this.#click);
      removeEventListener('popstate', pop);
    };
  }

  /** Goes to an address of the app. Any other address is loaded from the server. */
  go(address: string, { replace = false }: { replace?: boolean } = {}): void {
    const url = new URL(address, location.href);
    if (url.origin !== location.origin || !known(url.pathname)) {
      location.assign(url.href);
      return;
    }
    this.#remember();
    const state = { key: newKey() };
    if (replace) history.replaceState(state, '', url.href);
    else history.pushState(state, '', url.href);
    this.#show(false);
  }

  /** One page back; home when there is none. */
  back(): void {
    if (this.visit > 0) history.back();
    else this.go('/home', { replace: true });
  }

  #show(known: boolean): void {
    if (known) this.#remember();
    this.#key = entryKey();
    this.place = known ? (this.#places.get(this.#key) ?? null) : null;
    this.match = find(location.pathname);
    this.search = location.search;
    this.visit += 1;
  }

  /** Keeps scroll and focus of the page that is about to go. */
  #remember(): void {
    this.#places.delete(this.#key);
    this.#places.set(this.#key, { scroll: scrollY, focus: this.lastFocus });
    const oldest = this.#places.keys().next().value;
    if (this.#places.size > PLACES && oldest) this.#places.delete(oldest);
  }

  /** The article that had the focus last, or holds what had it. */
  get lastFocus(): string | null {
    return document.activeElement?.closest('[data-place]')?.id ?? null;
  }

  #click = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.hasAttribute('download') || link.target === '_blank') return;
    if (link.origin !== location.origin || !known(link.pathname)) return;
    event.preventDefault();
    if (link.href === location.href) scrollTo({ top: 0 });
    else this.go(link.href);
  };
}

function newKey(): string {
  return Math.random().toString(36).slice(2);
}

function entryKey(): string {
  return (history.state as { key?: string } | null)?.key ?? newKey();
}

/** The route of a path; the last route of the table is "not found". */
export function find(path: string): Match {
  for (const route of routes) {
    const found = route.path.exec(path);
    if (found) {
      const parameters: Record<string, string> = {};
      for (const [name, value] of Object.entries(found.groups ?? {})) if (value) parameters[name] = decode(value);
      return { route, parameters };
    }
  }
  throw new Error('the last route matches everything');
}

/** Does the app itself show this path? */
export function known(path: string): boolean {
  return find(path).route.name !== 'missing';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const router = new Router();
