// The shapes the client API answers with, in the API's own words; only the fields this app reads.

/** 64-bit number sent as a decimal string; compare with `newer`, never with `<`. */
export type Id = string;
export type Visibility = 'public' | 'unlisted' | 'private' | 'direct';

export interface CustomEmoji {
  shortcode: string;
  url: string;
  static_url: string;
  visible_in_picker?: boolean;
  category?: string | null;
}

export interface Field {
  name: string;
  value: string;
  verified_at: string | null;
}

export interface Account {
  id: Id;
  username: string;
  acct: string;
  display_name: string;
  locked: boolean;
  bot: boolean;
  created_at: string;
  note: string;
  url: string;
  avatar: string;
  avatar_static: string;
  avatar_description?: string;
  header: string;
  header_static: string;
  header_description?: string;
  /** Which tabs the profile has; all of them on servers that do not say. */
  show_media?: boolean;
  show_featured?: boolean;
  /** Follows and followers are shown to nobody else. */
  hide_collections?: boolean | null;
  followers_count: number;
  following_count: number;
  statuses_count: number;
  /** The day of their last post. */
  last_status_at?: string | null;
  emojis: CustomEmoji[];
  fields: Field[];
  roles?: { id: string; name: string; color: string }[];
  moved?: Account | null;
  suspended?: boolean;
  limited?: boolean;
  memorial?: boolean;
  /** May the reader put this account into a collection? */
  feature_approval?: { current_user: 'automatic' | 'manual' | 'denied' | 'missing' | 'unknown' };
  source?: AccountSource;
}

export interface AccountSource {
  privacy: Visibility;
  sensitive: boolean;
  language: string | null;
  note: string;
  fields: Field[];
  follow_requests_count: number;
  discoverable?: boolean | null;
  indexable?: boolean;
  hide_collections?: boolean | null;
  quote_policy?: QuotePolicy;
}

/** Who may quote a post without asking. */
export type QuotePolicy = 'public' | 'followers' | 'nobody';

export interface Relationship {
  id: Id;
  following: boolean;
  showing_reblogs: boolean;
  notifying: boolean;
  followed_by: boolean;
  blocking: boolean;
  blocked_by: boolean;
  muting: boolean;
  muting_notifications?: boolean;
  /** When the mute ends by itself. */
  muting_expires_at?: string | null;
  requested: boolean;
  requested_by: boolean;
  domain_blocking: boolean;
  endorsed?: boolean;
  /** Posts in these languages appear at home; all when there are none. */
  languages?: string[] | null;
  note?: string;
}

export interface MediaSize {
  width: number;
  height: number;
}

export interface MediaAttachment {
  id: Id;
  type: 'image' | 'gifv' | 'video' | 'audio' | 'unknown';
  url: string | null;
  preview_url: string | null;
  remote_url: string | null;
  meta: { original?: Partial<MediaSize>; small?: Partial<MediaSize>; focus?: { x: number; y: number } } | null;
  description: string | null;
  blurhash: string | null;
}

export interface Mention {
  id: Id;
  username: string;
  url: string;
  acct: string;
}

export type FilterContext = 'home' | 'notifications' | 'public' | 'thread' | 'account';
export type FilterAction = 'warn' | 'hide' | 'blur';

export interface Filter {
  id: Id;
  title: string;
  context: FilterContext[];
  expires_at: string | null;
  filter_action: FilterAction;
  /** Absent where a filter is named as the reason for something. */
  keywords?: { id: Id; keyword: string; whole_word: boolean }[];
  statuses?: { id: Id; status_id: Id }[];
}

export interface FilterResult {
  filter: Filter;
  keyword_matches: string[] | null;
  status_matches: Id[] | null;
}

export type QuoteState = 'pending' | 'accepted' | 'rejected' | 'revoked' | 'deleted' | 'unauthorized' | 'blocked_account' | 'blocked_domain' | 'muted_account';

export interface Quote {
  state: QuoteState | (string & {});
  quoted_status?: Status | null;
  /** Stands in place of the post inside a post that is itself quoted. */
  quoted_status_id?: Id | null;
}

export interface QuoteApproval {
  automatic: string[];
  manual: string[];
  current_user: 'automatic' | 'manual' | 'denied' | 'unknown';
}

export interface ScheduledStatus {
  id: Id;
  scheduled_at: string;
  params: { text: string; spoiler_text: string | null; visibility: Visibility | null; language: string | null; poll: { options: string[] } | null };
  media_attachments: MediaAttachment[];
}

export interface PreviewCard {
  url: string;
  title: string;
  description: string;
  language: string | null;
  type: 'link' | 'photo' | 'video' | 'rich';
  authors?: { name: string; url: string; account: Account | null }[];
  provider_name: string;
  width: number;
  height: number;
  image: string | null;
  blurhash: string | null;
  published_at: string | null;
}

export interface Poll {
  id: Id;
  expires_at: string | null;
  expired: boolean;
  multiple: boolean;
  votes_count: number;
  /** Null where the poll's own server does not tell. */
  voters_count: number | null;
  /** Counts are null while they are hidden. */
  options: { title: string; votes_count: number | null }[];
  emojis: CustomEmoji[];
  voted?: boolean;
  own_votes?: number[];
}

export interface Status {
  id: Id;
  created_at: string;
  edited_at: string | null;
  in_reply_to_id: Id | null;
  in_reply_to_account_id: Id | null;
  sensitive: boolean;
  spoiler_text: string;
  visibility: Visibility;
  language: string | null;
  uri: string;
  url: string | null;
  replies_count: number;
  reblogs_count: number;
  favourites_count: number;
  favourited?: boolean;
  reblogged?: boolean;
  bookmarked?: boolean;
  muted?: boolean;
  pinned?: boolean;
  content: string;
  reblog: Status | null;
  application?: { name: string; website: string | null } | null;
  account: Account;
  media_attachments: MediaAttachment[];
  mentions: Mention[];
  tags: { name: string; url: string }[];
  emojis: CustomEmoji[];
  poll?: Poll | null;
  filtered?: FilterResult[];
  card?: PreviewCard | null;
  quote?: Quote | null;
  quotes_count?: number;
  /** Collections that the post links to. */
  tagged_collections?: Collection[];
  quote_approval?: QuoteApproval;
  /** As it was typed; only in the answer to a deletion. */
  text?: string;
}

export interface Context {
  ancestors: Status[];
  descendants: Status[];
}

export interface StatusEdit {
  content: string;
  spoiler_text: string;
  sensitive: boolean;
  created_at: string;
  account: Account;
  media_attachments: MediaAttachment[];
  emojis: CustomEmoji[];
  poll?: { options: { title: string }[] } | null;
}

export interface StatusSource {
  id: Id;
  text: string;
  spoiler_text: string;
}

export type NotificationType =
  | 'mention'
  | 'status'
  | 'reblog'
  | 'favourite'
  | 'follow'
  | 'follow_request'
  | 'poll'
  | 'update'
  | 'quote'
  | 'quoted_update'
  | 'admin.sign_up'
  | 'admin.report'
  | 'severed_relationships'
  | 'moderation_warning'
  | 'added_to_collection'
  | 'collection_update';

export interface Notification {
  id: Id;
  /** A server may know more kinds than this app; those are shown in general words. */
  type: NotificationType | (string & {});
  created_at: string;
  group_key?: string;
  account: Account;
  status?: Status | null;
  collection?: Collection | null;
}

/** Notifications that belong together, as a page of groups has them. */
export interface NotificationGroup {
  group_key: string;
  notifications_count: number;
  type: Notification['type'];
  /** A number in some answers, a string in others. */
  most_recent_notification_id: number | Id;
  page_min_id?: Id | null;
  page_max_id?: Id | null;
  latest_page_notification_at?: string | null;
  sample_account_ids: Id[];
  status_id?: Id | null;
  collection?: Collection | null;
}

export interface GroupedNotifications {
  accounts: Account[];
  statuses: Status[];
  notification_groups: NotificationGroup[];
}

export type PolicyChoice = 'accept' | 'filter' | 'drop';

export interface NotificationPolicy {
  for_not_following: PolicyChoice;
  for_not_followers: PolicyChoice;
  for_new_accounts: PolicyChoice;
  for_private_mentions: PolicyChoice;
  for_limited_accounts: PolicyChoice;
  for_bots?: PolicyChoice;
  summary: { pending_requests_count: number; pending_notifications_count: number };
}

/** What one person sent that is held back. */
export interface NotificationRequest {
  id: Id;
  created_at: string;
  updated_at: string;
  notifications_count: string;
  account: Account;
  last_status: Status | null;
}

export interface Conversation {
  id: Id;
  unread: boolean;
  accounts: Account[];
  last_status: Status | null;
}

export interface Tag {
  name: string;
  url: string;
  history?: { day: string; accounts: string; uses: string }[];
  following?: boolean;
  /** Does it stand on the reader's profile? */
  featuring?: boolean;
}

/** A page many link to. */
export interface TrendingLink extends PreviewCard {
  history?: { day: string; accounts: string; uses: string }[];
}

export interface FeaturedTag {
  id: Id;
  name: string;
  url: string;
  statuses_count: string;
}

export interface Suggestion {
  sources: string[];
  account: Account;
}

/** A list of accounts that somebody shows everybody. */
export interface Collection {
  id: Id;
  account_id: Id;
  uri: string;
  url: string | null;
  name: string;
  /** Plain text of this server, HTML of others. */
  description: string | null;
  language: string | null;
  local: boolean;
  sensitive: boolean;
  /** Is it listed for everybody? */
  discoverable: boolean;
  item_count: number;
  tag: { name: string } | null;
  items: CollectionItem[];
}

export interface CollectionItem {
  id: Id;
  state: 'pending' | 'accepted' | 'rejected' | 'revoked';
  account_id?: Id;
}

export interface CollectionWithAccounts {
  collection: Collection;
  accounts: Account[];
}

export interface List {
  id: Id;
  title: string;
  /** Whose replies to others the list shows. */
  replies_policy: 'followed' | 'list' | 'none';
  /** Its members do not appear at home. */
  exclusive: boolean;
}

/** How many people think this of something. */
export interface Reaction {
  /** The emoji, or the shortcode of a custom one. */
  name: string;
  count: number;
  me?: boolean;
  /** Only custom emoji have pictures. */
  url?: string;
  static_url?: string;
}

/** What the staff tells everybody. */
export interface Announcement {
  id: Id;
  content: string;
  starts_at: string | null;
  ends_at: string | null;
  all_day: boolean;
  published_at: string;
  /** The reader has put it away. */
  read?: boolean;
  mentions: Mention[];
  tags: { name: string; url: string }[];
  emojis: CustomEmoji[];
  reactions: Reaction[];
}

export interface Search {
  accounts: Account[];
  statuses: Status[];
  hashtags: Tag[];
}

export interface Marker {
  last_read_id: Id;
  version: number;
  updated_at: string;
}

/** A post in another language (entities: Translation). */
export interface Translation {
  content: string;
  spoiler_text: string;
  language: string;
  poll: { id: Id; options: { title: string }[] } | null;
  media_attachments: { id: Id; description: string }[];
  detected_source_language: string;
  provider: string;
}

export interface Instance {
  domain: string;
  title: string;
  version: string;
  description: string;
  configuration: {
    statuses: { max_characters: number; max_media_attachments: number; characters_reserved_per_url: number };
    media_attachments: { supported_mime_types: string[]; description_limit?: number; image_size_limit: number };
    vapid?: { public_key: string };
    translation?: { enabled: boolean };
  };
}

/** Is `a` newer than `b`? Ids are numbers too long for a double: by length, then by text. */
export function newer(a: Id, b: Id): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
