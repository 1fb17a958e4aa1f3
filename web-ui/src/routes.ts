// Every page of the app in one table: its path, its name, its component (loaded when first needed).
import type { Component } from 'svelte';
import { withWords, type MessageKey } from './app/i18n';

export interface Route {
  name: string;
  path: RegExp;
  /** Title of the page; pages without one set it themselves when they know it. */
  title?: MessageKey;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
  /** Takes all the room beside the rail, instead of a column to read in. */
  broad?: boolean;
  /** May be read without an account. */
  open?: boolean;
}

export interface Match {
  route: Route;
  parameters: Record<string, string>;
}

type Load = Route['load'];
/** The parameters of a path are strings that each component declares as its own props. */
const lazy = (load: () => Promise<unknown>): Load => (() => withWords(load)) as Load;
/** Home alone has its words in the first load. */
const home = (() => import('./features/timelines/Home.svelte')) as Load;

const thread = lazy(() => import('./features/statuses/Thread.svelte'));
const profile = lazy(() => import('./features/accounts/Profile.svelte'));
const people = lazy(() => import('./features/accounts/People.svelte'));

export const routes: Route[] = [
  { name: 'home', path: /^\/(home)?$/, title: 'home.title', load: home },
  { name: 'local', path: /^\/local$/, title: 'local.title', load: lazy(() => import('./features/timelines/Local.svelte')) },
  { name: 'public', path: /^\/public$/, title: 'public.title', load: lazy(() => import('./features/timelines/Public.svelte')) },
  { name: 'tag', path: /^\/tags\/(?<tag>[^/]+)$/, open: true, load: lazy(() => import('./features/timelines/TagTimeline.svelte')) },
  {
    name: 'notifications',
    path: /^\/notifications$/,
    title: 'notifications.title',
    load: lazy(() => import('./features/notifications/Notifications.svelte')),
  },
  { name: 'deck', path: /^\/deck$/, title: 'deck.title', broad: true, load: lazy(() => import('./features/shortcuts/Deck.svelte')) },
  { name: 'settings/columns', path: /^\/settings\/columns$/, title: 'deck.title', load: lazy(() => import('./features/shortcuts/ShortcutsPage.svelte')) },
  {
    name: 'explore',
    path: /^\/explore(\/(?<tab>tags|links|people))?$/,
    title: 'explore.title',
    load: lazy(() => import('./features/trends/Explore.svelte')),
  },
  { name: 'link', path: /^\/links\/(?<url>.+)$/, title: 'trends.about', load: lazy(() => import('./features/trends/LinkTimeline.svelte')) },
  { name: 'collection/new', path: /^\/collections\/new$/, title: 'collections.new', load: lazy(() => import('./features/collections/NewCollection.svelte')) },
  { name: 'collections/mine', path: /^\/collections\/mine$/, title: 'featured.collections', load: lazy(() => import('./features/collections/MyCollections.svelte')) },
  { name: 'collection', path: /^\/collections\/(?<id>\d+)$/, title: 'collections.title', load: lazy(() => import('./features/collections/CollectionPage.svelte')) },
  { name: 'search', path: /^\/search$/, title: 'search.title', load: lazy(() => import('./features/search/Search.svelte')) },
  { name: 'bookmarks', path: /^\/bookmarks$/, title: 'bookmarks.title', load: lazy(() => import('./features/timelines/Bookmarks.svelte')) },
  { name: 'favourites', path: /^\/favourites$/, title: 'favourites.title', load: lazy(() => import('./features/timelines/Favourites.svelte')) },
  {
    name: 'follow_requests',
    path: /^\/follow_requests$/,
    title: 'follow-requests.title',
    load: lazy(() => import('./features/accounts/FollowRequests.svelte')),
  },
  { name: 'settings', path: /^\/settings$/, title: 'settings.title', load: lazy(() => import('./features/settings/Settings.svelte')) },
  { name: 'settings/profile', path: /^\/settings\/profile$/, title: 'settings.profile', load: lazy(() => import('./features/settings/ProfilePage.svelte')) },
  { name: 'settings/appearance', path: /^\/settings\/appearance$/, title: 'settings.look', load: lazy(() => import('./features/settings/Appearance.svelte')) },
  { name: 'settings/reading', path: /^\/settings\/reading$/, title: 'settings.reading', load: lazy(() => import('./features/settings/Reading.svelte')) },
  { name: 'settings/wellness', path: /^\/settings\/wellness$/, title: 'settings.wellness', load: lazy(() => import('./features/settings/Wellness.svelte')) },
  { name: 'settings/posting', path: /^\/settings\/posting$/, title: 'settings.posting', load: lazy(() => import('./features/settings/Posting.svelte')) },
  { name: 'settings/account', path: /^\/settings\/account$/, title: 'account.title', load: lazy(() => import('./features/settings/AccountPage.svelte')) },
  { name: 'settings/delete', path: /^\/settings\/delete$/, title: 'account.delete', load: lazy(() => import('./features/settings/DeletePage.svelte')) },
  { name: 'settings/access', path: /^\/settings\/access$/, title: 'access.title', load: lazy(() => import('./features/settings/AccessPage.svelte')) },
  { name: 'settings/data', path: /^\/settings\/data$/, title: 'data.title', load: lazy(() => import('./features/settings/DataPage.svelte')) },
  { name: 'welcome', path: /^\/welcome$/, title: 'welcome.title', load: lazy(() => import('./features/welcome/Welcome.svelte')) },
  { name: 'settings/circle', path: /^\/settings\/(?<side>following|followers)$/, title: 'circle.title', load: lazy(() => import('./features/circle/CirclePage.svelte')) },
  { name: 'settings/moves', path: /^\/settings\/moves$/, title: 'moves.title', load: lazy(() => import('./features/settings/MovesPage.svelte')) },
  { name: 'filters', path: /^\/filters$/, title: 'filters.title', load: lazy(() => import('./features/filters/Filters.svelte')) },
  { name: 'filter', path: /^\/filters\/(?<id>new|\d+)$/, title: 'filters.title', load: lazy(() => import('./features/filters/FilterPage.svelte')) },
  { name: 'scheduled', path: /^\/scheduled$/, title: 'scheduled.title', load: lazy(() => import('./features/scheduled_statuses/Scheduled.svelte')) },
  { name: 'quotes', path: /^\/@(?<acct>[^/]+)\/(?<id>\d+)\/quotes$/, title: 'people.quotes', load: lazy(() => import('./features/quotes/Quotes.svelte')) },
  { name: 'catchup', path: /^\/catchup$/, title: 'catchup.title', load: lazy(() => import('./features/catchup/Catchup.svelte')) },
  { name: 'lists', path: /^\/lists$/, title: 'lists.title', load: lazy(() => import('./features/lists/Lists.svelte')) },
  { name: 'list/new', path: /^\/lists\/new$/, title: 'lists.new', load: lazy(() => import('./features/lists/ListPage.svelte')) },
  { name: 'list/edit', path: /^\/lists\/(?<id>\d+)\/edit$/, title: 'lists.edit', load: lazy(() => import('./features/lists/ListPage.svelte')) },
  { name: 'list', path: /^\/lists\/(?<id>\d+)$/, title: 'lists.list', load: lazy(() => import('./features/lists/ListTimeline.svelte')) },
  { name: 'followed_tags', path: /^\/followed_tags$/, title: 'followed-tags.title', load: lazy(() => import('./features/tags/FollowedTags.svelte')) },
  { name: 'conversations', path: /^\/conversations$/, title: 'conversations.title', load: lazy(() => import('./features/conversations/Conversations.svelte')) },
  { name: 'requests', path: /^\/notifications\/requests$/, title: 'requests.title', load: lazy(() => import('./features/notifications/Requests.svelte')) },
  { name: 'request', path: /^\/notifications\/requests\/(?<id>\d+)$/, title: 'requests.title', load: lazy(() => import('./features/notifications/RequestPage.svelte')) },
  { name: 'settings/notifications', path: /^\/settings\/notifications$/, title: 'policy-page.title', load: lazy(() => import('./features/settings/NotificationsPage.svelte')) },
  { name: 'domain_blocks', path: /^\/domain_blocks$/, title: 'blocks.title', load: lazy(() => import('./features/accounts/DomainBlocks.svelte')) },
  { name: 'drafts', path: /^\/drafts$/, title: 'drafts.title', load: lazy(() => import('./features/compose/Drafts.svelte')) },
  { name: 'blocks', path: /^\/(?<list>blocks|mutes)$/, title: 'blocks.title', load: lazy(() => import('./features/accounts/Blocks.svelte')) },
  { name: 'publish', path: /^\/publish$/, title: 'compose.title', load: lazy(() => import('./features/compose/Publish.svelte')) },
  { name: 'collections', path: /^\/@(?<acct>[^/]+)\/collections$/, title: 'featured.collections', load: lazy(() => import('./features/collections/Collections.svelte')) },
  { name: 'people', path: /^\/@(?<acct>[^/]+)\/(?<list>followers|following)$/, open: true, load: people },
  { name: 'people', path: /^\/@(?<acct>[^/]+)\/(?<id>\d+)\/(?<list>reblogs|favourites)$/, open: true, load: people },
  { name: 'profile', path: /^\/@(?<acct>[^/]+)(\/(?<tab>with_replies|media|featured))?$/, open: true, load: profile },
  { name: 'tagged', path: /^\/@(?<acct>[^/]+)\/tagged\/(?<tag>[^/]+)$/, open: true, load: profile },
  { name: 'status', path: /^\/@(?<acct>[^/]+)\/(?<id>\d+)$/, open: true, load: thread },
  { name: 'missing', path: /(?:)/, title: 'missing.title', open: true, load: lazy(() => import('./shell/Missing.svelte')) },
];
