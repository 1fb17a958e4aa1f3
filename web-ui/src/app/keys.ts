// The key map that Mastodon's users have in their fingers. Can be switched off; never takes keys while one types.
import { tinykeys } from 'tinykeys';
import { compose } from '../features/compose/compose.svelte';
import { prefs } from './prefs.svelte';
import { router } from './router.svelte';
import { session } from './session';
import { store } from './store.svelte';

/** Elements inside a post say which key presses them, by `data-key`. */
const POST_KEYS = ['r', 'f', 'b', 'd', 'x', 'h', 'e', 'p', 'm'] as const;

function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target?.closest?.('input, textarea, select, [contenteditable], [role=menu]');
}

function articles(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main article[tabindex]')];
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
  const outer = store.statuses.get(/^(?:item|pinned)-(\d+)$/.exec(current()?.id ?? '')?.[1] ?? '');
  const status = outer && (store.statuses.get(outer.reblog?.id ?? '') ?? outer);
  const approval = status?.quote_approval?.current_user;
  if (status && session.token && (approval === 'automatic' || approval === 'manual')) void compose.open({ quote: status });
}

/** Begins to listen; answers how to stop. `help` shows the legend. */
export function startKeys(help: () => void): () => void {
  const plain =
    (run: () => void) =>
    (event: KeyboardEvent): void => {
      if (!prefs.choices.shortcuts || typing(event) || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      run();
    };
  const to = (address: string): ((event: KeyboardEvent) => void) => plain(() => router.go(address));
  const search = plain(() => {
    router.go('/search');
    setTimeout(() => document.querySelector<HTMLElement>('input[type=search]')?.focus(), 100);
  });
  const open = (event: KeyboardEvent): void => {
    if (document.activeElement?.matches('article[tabindex]')) plain(() => press('o'))(event);
  };
  return tinykeys(window, {
    // Sequences first: their second key is then taken already when the single letters look at it.
    'g h': to('/home'),
    'g n': to('/notifications'),
    'g l': to('/local'),
    'g t': to('/public'),
    'g f': to('/favourites'),
    'g d': to('/bookmarks'),
    'g r': to('/follow_requests'),
    'g u': plain(() => store.me && router.go(`/@${store.me.acct}`)),
    '?': plain(help),
    'Shift+?': plain(help),
    '/': search,
    s: search,
    n: plain(() => void compose.open()),
    'Alt+n': plain(() => void compose.open()),
    j: plain(() => step(1)),
    k: plain(() => step(-1)),
    '0': plain(() => {
      scrollTo({ top: 0 });
      articles()[0]?.focus({ preventScroll: true });
    }),
    l: plain(() => document.querySelector<HTMLElement>('[data-key="l"]')?.focus()),
    '.': plain(() => document.querySelector<HTMLElement>('[data-key="."]')?.click()),
    q: plain(quote),
    Enter: open,
    o: plain(() => press('o')),
    Backspace: plain(() => router.back()),
    ...Object.fromEntries(POST_KEYS.map((key) => [key, plain(() => press(key))])),
  });
}
