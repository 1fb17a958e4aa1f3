// Rows of notifications: the server's groups, single ones, and what happens to a group when something joins it.
import type { Account, Collection, GroupedNotifications, Id, Notification, NotificationGroup, Status } from '../../app/entities';

export interface Row {
  /** Id of the newest notification in it: names the row, and is its place in the list. */
  id: Id;
  /** The same for all that belong together. */
  key: string;
  type: Notification['type'];
  status: Status | null;
  collection?: Collection | null;
  /** Some of the people, newest first, each once. */
  accounts: Account[];
  /** How many notifications there are in it; at least as many as people are shown. */
  count: number;
  /** When the newest came. */
  at: string;
}

/** People kept of a row; the sentence names how many more there are. */
const SAMPLE = 8;

/** A notification that stands alone, or begins a group. */
export function single(one: Notification): Row {
  return { id: one.id, key: one.group_key ?? `ungrouped-${one.id}`, type: one.type, status: one.status ?? null, collection: one.collection ?? null, accounts: [one.account], count: 1, at: one.created_at };
}

/** The rows of a page of groups. People and posts come beside the groups, each once. */
export function rows({ accounts, statuses, notification_groups: groups }: GroupedNotifications): Row[] {
  const people = new Map(accounts.map((account) => [account.id, account]));
  const posts = new Map(statuses.map((status) => [status.id, status]));
  return groups.map((group: NotificationGroup) => ({
    id: String(group.page_max_id ?? group.most_recent_notification_id),
    key: group.group_key,
    type: group.type,
    status: (group.status_id && posts.get(group.status_id)) || null,
    collection: group.collection ?? null,
    accounts: group.sample_account_ids.flatMap((id) => people.get(id) ?? []),
    count: group.notifications_count,
    at: group.latest_page_notification_at ?? '',
  }));
}

/** A row that something newer of the same group has joined. */
export function join(row: Row, newer: Row): Row {
  if (newer.id === row.id) return newer;
  const accounts = [...newer.accounts, ...row.accounts.filter(({ id }) => !newer.accounts.some((other) => other.id === id))];
  return { ...newer, status: newer.status ?? row.status, accounts: accounts.slice(0, SAMPLE), count: row.count + newer.count };
}
