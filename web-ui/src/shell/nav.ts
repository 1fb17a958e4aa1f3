// The places of the app, in the order of the rail; the bar of phones shows the first few.
import type { MessageKey } from '../app/i18n';
import { prefs } from '../app/prefs.svelte';
import { store } from '../app/store.svelte';
import type { IconName } from '../ui/icons';

export interface Place {
  href: string;
  label: MessageKey;
  icon: IconName;
}

const MAIN: Place[] = [
  { href: '/home', label: 'home.title', icon: 'house' },
  { href: '/notifications', label: 'notifications.title', icon: 'bell' },
  { href: '/explore', label: 'explore.title', icon: 'search' },
  { href: '/local', label: 'local.title', icon: 'users' },
  { href: '/public', label: 'public.title', icon: 'globe' },
];

const OWN: Place[] = [
  { href: '/conversations', label: 'conversations.title', icon: 'mail' },
  { href: '/lists', label: 'lists.title', icon: 'list' },
  { href: '/catchup', label: 'catchup.title', icon: 'coffee' },
  { href: '/bookmarks', label: 'bookmarks.title', icon: 'bookmark' },
  { href: '/favourites', label: 'favourites.title', icon: 'star' },
  { href: '/follow_requests', label: 'follow-requests.title', icon: 'user-check' },
  { href: '/settings', label: 'settings.title', icon: 'settings' },
];

const DECK: Place = { href: '/deck', label: 'deck.title', icon: 'columns-3' };

/** The places in the rail; the pinned timelines only for those who have switched them on. */
export function mainPlaces(): Place[] {
  const [home, ...others] = MAIN as [Place, ...Place[]];
  return prefs.choices.columns ? [home, DECK, ...others] : MAIN;
}

/** What the first button of the bar leads to. */
export function firstPlace(): Place {
  return prefs.choices.columns ? DECK : (MAIN[0] as Place);
}

/** Is the reader there, or on a page that belongs to it? */
export function isAt(here: string, { href }: Place): boolean {
  if (href === '/home' && here === '/') return true;
  return here === href || (href === '/explore' && (here === '/search' || here.startsWith('/explore/')));
}

/** The reader's own places; requests to follow only for those who can have any. */
export function ownPlaces(): Place[] {
  const { me } = store;
  const asked = !!me?.locked || !!me?.source?.follow_requests_count;
  const places = OWN.filter(({ href }) => href !== '/follow_requests' || asked);
  // Collections stand below the name of who shows them. Until it is known the entry leads there by a detour: the others
  // keep their places.
  places.splice(2, 0, { href: me ? `/@${me.acct}/collections` : '/collections/mine', label: 'featured.collections', icon: 'layers' });
  return places;
}
