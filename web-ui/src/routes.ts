// Every page of the app in one table: its path, its name, its component (loaded when first needed).
import type { Component } from 'svelte';
import type { MessageKey } from './app/i18n';

export interface Route {
  name: string;
  path: RegExp;
  /** Title of the page; pages without one set it themselves when they know it. */
  title?: MessageKey;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
  /** May be read without an account. */
  open?: boolean;
}

export interface Match {
  route: Route;
  parameters: Record<string, string>;
}

type Load = Route['load'];
/** The parameters of a path are strings that each component declares as its own props. */
const lazy = (load: () => Promise<unknown>): Load => load as Load;

const thread = lazy(() => import('./features/statuses/Thread.svelte'));
const profile = lazy(() => import('./features/accounts/Profile.svelte'));
const people = lazy(() => import('./features/accounts/People.svelte'));

export const routes: Route[] = [
  { name: 'home', path: /^\/(home)?$/, title: 'home.title', load: lazy(() => import('./features/timelines/Home.svelte')) },
  { name: 'local', path: /^\/local$/, title: 'local.title', load: lazy(() => import('./features/timelines/Local.svelte')) },
  { name: 'public', path: /^\/public$/, title: 'public.title', load: lazy(() => import('./features/timelines/Public.svelte')) },
  { name: 'tag', path: /^\/tags\/(?<tag>[^/]+)$/, open: true, load: lazy(() => import('./features/timelines/TagTimeline.svelte')) },
  {
    name: 'notifications',
    path: /^\/notifications$/,
    title: 'notifications.title',
    load: lazy(() => import('./features/notifications/Notifications.svelte')),
  },
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
  { name: 'settings/posting', path: /^\/settings\/posting$/, title: 'settings.posting', load: lazy(() => import('./features/settings/Posting.svelte')) },
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
  { name: 'people', path: /^\/@(?<acct>[^/]+)\/(?<list>followers|following)$/, open: true, load: people },
  { name: 'people', path: /^\/@(?<acct>[^/]+)\/(?<id>\d+)\/(?<list>reblogs|favourites)$/, open: true, load: people },
  { name: 'profile', path: /^\/@(?<acct>[^/]+)(\/(?<tab>with_replies|media|featured))?$/, open: true, load: profile },
  { name: 'tagged', path: /^\/@(?<acct>[^/]+)\/tagged\/(?<tag>[^/]+)$/, open: true, load: profile },
  { name: 'status', path: /^\/@(?<acct>[^/]+)\/(?<id>\d+)$/, open: true, load: thread },
  { name: 'missing', path: /(?:)/, title: 'missing.title', open: true, load: lazy(() => import('./shell/Missing.svelte')) },
];
