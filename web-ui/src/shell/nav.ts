// The places of the app, in the order of the rail; the bar of phones shows the first few.
import type { MessageKey } from '../app/i18n';
import { store } from '../app/store.svelte';
import type { IconName } from '../ui/icons';

export interface Place {
  href: string;
  label: MessageKey;
  icon: IconName;
}

export const MAIN: Place[] = [
  { href: '/home', label: 'home.title', icon: 'house' },
  { href: '/notifications', label: 'notifications.title', icon: 'bell' },
  { href: '/search', label: 'search.title', icon: 'search' },
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

/** The reader's own places; requests to follow only for those who can have any. */
export function ownPlaces(): Place[] {
  const { me } = store;
  const asked = !!me?.locked || !!me?.source?.follow_requests_count;
  return OWN.filter(({ href }) => href !== '/follow_requests' || asked);
}
