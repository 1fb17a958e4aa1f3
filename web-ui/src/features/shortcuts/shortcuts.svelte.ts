// The timelines that a person has pinned, in their order: columns on wide screens, tabs on phones. Kept in this browser.
import type { Id } from '../../app/entities';
import { t, type MessageKey } from '../../app/i18n';
import { session } from '../../app/session';
import type { IconName } from '../../ui/icons';
import type { MoreTags } from '../timelines/feeds';

/** Timelines of which there is one. */
export const SINGLE = ['home', 'notifications', 'local', 'public', 'bookmarks', 'favourites'] as const;
export type Single = (typeof SINGLE)[number];

export type Shortcut = { kind: Single } | { kind: 'list'; id: Id; title: string } | ({ kind: 'tag'; tag: string } & MoreTags);
export type Kind = Shortcut['kind'];

export const ICONS: Record<Kind, IconName> = {
  home: 'house',
  notifications: 'bell',
  local: 'users',
  public: 'globe',
  bookmarks: 'bookmark',
  favourites: 'star',
  list: 'list',
  tag: 'hash',
};
const TITLES: Record<Single, MessageKey> = {
  home: 'home.title',
  notifications: 'notifications.title',
  local: 'local.title',
  public: 'public.title',
  bookmarks: 'bookmarks.title',
  favourites: 'favourites.title',
};
/** What somebody has who has not chosen yet. */
const FIRST: Shortcut[] = [{ kind: 'home' }, { kind: 'notifications' }, { kind: 'local' }];

/** What tells two shortcuts apart; fit for an id. */
export function keyOf(shortcut: Shortcut): string {
  if (shortcut.kind === 'list') return `list-${shortcut.id}`;
  if (shortcut.kind !== 'tag') return shortcut.kind;
  const { tag, any, all, none } = shortcut;
  return ['tag', tag, ...[any, all, none].map((names) => names.join('.'))].join('-').toLowerCase();
}

export function titleOf(shortcut: Shortcut): string {
  if (shortcut.kind === 'list') return shortcut.title;
  if (shortcut.kind !== 'tag') return t(TITLES[shortcut.kind]);
  const { tag, any, all, none } = shortcut;
  return [tag, ...any].map((name) => `#${name}`).join(' / ') + all.map((name) => ` + #${name}`).join('') + none.map((name) => ` − #${name}`).join('');
}

/** The page of its own that shows the same. */
export function addressOf(shortcut: Shortcut): string {
  if (shortcut.kind === 'list') return `/lists/${shortcut.id}`;
  if (shortcut.kind !== 'tag') return `/${shortcut.kind}`;
  const query = new URLSearchParams((['any', 'all', 'none'] as const).flatMap((name) => shortcut[name].map((one) => [name, one]))).toString();
  return `/tags/${encodeURIComponent(shortcut.tag)}${query ? `?${query}` : ''}`;
}

const names = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Is this a shortcut, whatever somebody has written into the storage? */
export function isShortcut(value: unknown): value is Shortcut {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as Partial<Record<string, unknown>>;
  if (one.kind === 'list') return typeof one.id === 'string' && /^\d+$/.test(one.id) && typeof one.title === 'string';
  if (one.kind === 'tag') return typeof one.tag === 'string' && !!one.tag && names(one.any) && names(one.all) && names(one.none);
  return SINGLE.some((kind) => kind === one.kind);
}

/** What was kept; the first choice where nothing, or nothing sensible, was. */
export function read(text: string | null): Shortcut[] {
  try {
    const list: unknown = JSON.parse(text ?? '');
    if (!Array.isArray(list)) return FIRST;
    const known = new Set<string>();
    return list.filter(isShortcut).filter((one) => !known.has(keyOf(one)) && known.add(keyOf(one)));
  } catch {
    return FIRST;
  }
}

const KEY = `shop:shortcuts:${session.account_id ?? ''}`;

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

class Shortcuts {
  all = $state.raw<Shortcut[]>(read(kept()));

  #set(all: Shortcut[]): void {
    this.all = all;
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  has(shortcut: Shortcut): boolean {
    return this.all.some((one) => keyOf(one) === keyOf(shortcut));
  }

  /** Pins a timeline at the end; one that is pinned already stays where it is. */
  add(shortcut: Shortcut): void {
    if (!this.has(shortcut)) this.#set([...this.all, shortcut]);
  }

  remove(shortcut: Shortcut): void {
    this.#set(this.all.filter((one) => keyOf(one) !== keyOf(shortcut)));
  }

  /** One place nearer to the beginning (-1) or the end (1). */
  move(shortcut: Shortcut, by: 1 | -1): void {
    const at = this.all.findIndex((one) => keyOf(one) === keyOf(shortcut));
    const one = this.all[at];
    if (!one || at + by < 0 || at + by >= this.all.length) return;
    this.#set(this.all.toSpliced(at, 1).toSpliced(at + by, 0, one));
  }
}

export const shortcuts = new Shortcuts();
