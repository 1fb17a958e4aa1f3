// The key map that Mastodon's users have in their fingers. Can be switched off; never takes keys while one types.
import { tinykeys } from 'tinykeys';
import { compose } from '../features/compose/compose.svelte';
import { prefs } from './prefs.svelte';
import { router } from './router.svelte';
import { session } from './session';
import { store } from './store.svelte';

/** Elements inside a post say which key presses them, by `data-key`. */
const POST_KEYS = ['r', 'f', 'b', 'd', 'x', 'h', 'e', 'p', 'm', 't'] as const;

/** Where `g` and a letter lead; `u` leads to the reader's own profile. */
const PLACES: Record<string, string> = {
  h: '/home',
  e: '/explore',
  n: '/notifications',
  l: '/local',
  t: '/public',
  f: '/favourites',
  d: '/conversations',
  k: '/bookmarks',
  r: '/follow_requests',
  s: '/welcome',
  b: '/blocks',
  m: '/mutes',
};

/** How long the field for searches is waited for, in milliseconds; its page may have to be loaded first. */
const PATIENCE = 10_000;

function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target?.closest?.('input, textarea, select, [contenteditable], [role=menu]');
}

/** Where the keys act: the column that has the focus, else the whole page. */
function field(): Element {
  return document.activeElement?.closest('[data-column]') ?? document.querySelector('main') ?? document.body;
}

function articles(): HTMLElement[] {
  return [...field().querySelectorAll<HTMLElement>('article[tabindex]')];
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('main article[tabindex]') ?? null;
}

/** The post to go to from here: the neighbour of the focused one, else the first one on the screen. */
function step(by: 1 | -1): void {
  const all = articles();
  const at = current();
  let next: HTMLElement | undefined;
  if (at) next = all[all.indexOf(at) + by];
  else next = all.find((article) => article.getBoundingClientRect().bottom > 80);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

function press(key: string): void {
  current()?.querySelector<HTMLElement>(`[data-key="${key}"]`)?.click();
}

/** Quotes the focused post, where its author lets the reader. */
function quote(): void {
  const outer = store.statuses.get(/(?:item|pinned)-(\d+)$/.exec(current()?.id ?? '')?.[1] ?? '');
  const status = outer && (store.statuses.get(outer.reblog?.id ?? '') ?? outer);
  const approval = status?.quote_approval?.current_user;
  if (status && session.token && (approval === 'automatic' || approval === 'manual')) void compose.open({ quote: status });
}

/** What a single key does: nothing while one types, while a window is open, or when the letters are switched off. */
export function plain(run: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!prefs.choices.shortcuts || typing(event) || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]')) return;
    event.preventDefault();
    run();
  };
}

/** Begins to listen; answers how to stop. `help` shows the legend. */
export function startKeys(help: () => void): () => void {
  const search = plain(() => {
    const field = (): HTMLElement | null => document.querySelector('#search-words');
    // The field of the page that is left goes with it.
    const old = router.match.route.name === 'explore' ? null : field();
    const end = performance.now() + PATIENCE;
    const look = (): void => {
      if (router.match.route.name !== 'explore' || performance.now() > end) return;
      const found = field();
      if (found && found !== old) found.focus();
      else requestAnimationFrame(look);
    };
    router.go('/explore');
    look();
  });
  const open = (event: KeyboardEvent): void => {
    if (document.activeElement?.matches('article[tabindex]')) plain(() => press('o'))(event);
  };
  return tinykeys(window, {
    // Before the single letters, which look away from what is taken already. All in one: a sequence that fires leaves the
    // others half begun, and the next one would be lost.
    [`g ([${Object.keys(PLACES).join('')}u])`]: (event) => {
      const place = event.key === 'u' ? store.me && `/@${store.me.acct}` : PLACES[event.key];
      if (place) plain(() => router.go(place))(event);
    },
    '?': plain(help),
    'Shift+?': plain(help),
    '/': search,
    s: search,
    n: plain(() => void compose.open()),
    'Alt+n': plain(() => void compose.open()),
    j: plain(() => step(1)),
    k: plain(() => step(-1)),
    '0': plain(() => {
      (document.activeElement?.closest('[data-scroller]') ?? window).scrollTo({ top: 0 });
      articles()[0]?.focus({ preventScroll: true });
    }),
    l: plain(() => field().querySelector<HTMLElement>('[data-key="l"]')?.focus()),
    '.': plain(() => field().querySelector<HTMLElement>('[data-key="."]')?.click()),
    q: plain(quote),
    Enter: open,
    o: plain(() => press('o')),
    Backspace: plain(() => router.back()),
    ...Object.fromEntries(POST_KEYS.map((key) => [key, plain(() => press(key))])),
  });
}
