// What happened, in words: "Ada and 3 others boosted your post".
import type { Account, Notification } from '../../app/entities';
import { t, type MessageKey } from '../../app/i18n';
import { plainName } from '../../app/names';
import type { IconName } from '../../ui/icons';

const SENTENCES: Record<string, MessageKey> = {
  mention: 'notification.mention',
  status: 'notification.status',
  reblog: 'notification.reblog',
  favourite: 'notification.favourite',
  follow: 'notification.follow',
  follow_request: 'notification.follow_request',
  poll: 'notification.poll',
  update: 'notification.update',
  quote: 'notification.quote',
  quoted_update: 'notification.quoted_update',
  'admin.sign_up': 'notification.sign_up',
  'admin.report': 'notification.report',
  severed_relationships: 'notification.severed',
  moderation_warning: 'notification.warning',
  added_to_collection: 'notification.added_to_collection',
  collection_update: 'notification.collection_update',
};
const ICONS: Record<string, IconName> = {
  mention: 'reply',
  status: 'bell',
  reblog: 'repeat-2',
  favourite: 'star',
  follow: 'user-plus',
  follow_request: 'user-plus',
  update: 'pencil',
  quoted_update: 'pencil',
  'admin.sign_up': 'user-plus',
  'admin.report': 'circle-alert',
  severed_relationships: 'circle-alert',
  moderation_warning: 'circle-alert',
  added_to_collection: 'user-plus',
  collection_update: 'pencil',
};

/** Who did what, with how many others; kinds that this app does not know get general words. */
export function sentence(type: Notification['type'], first: Account | undefined, count: number): string {
  const name = first ? plainName(first) : '';
  return t(SENTENCES[type] ?? 'notification.other', { name, others: Math.max(0, count - 1) });
}

export function notificationIcon(type: Notification['type']): IconName {
  return ICONS[type] ?? 'bell';
}
