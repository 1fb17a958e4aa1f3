// Notifications drawn together: many boosts or favourites of one post, many new followers, become one row.
import type { Id, Notification } from '../../app/entities';

export interface Group {
  /** Id of the newest notification in it; names the row. */
  key: Id;
  type: Notification['type'];
  status: Notification['status'];
  /** Newest first, each person once. */
  accounts: Notification['account'][];
  /** Newest first. */
  members: Notification[];
}

/** Kinds that are worth drawing together. */
const TOGETHER = new Set<string>(['favourite', 'reblog', 'follow']);
/** Rows looked back for a row to join. */
const LOOK_BACK = 12;
/** Notifications further apart than this are told apart, in milliseconds (behaviours §11: 12 h). */
const APART = 12 * 3600 * 1000;

function joins(group: Group, one: Notification): boolean {
  const last = group.members.at(-1);
  return (
    group.type === one.type &&
    group.status?.id === one.status?.id &&
    !!last &&
    Date.parse(last.created_at) - Date.parse(one.created_at) < APART
  );
}

/** Groups a list that is sorted newest first; the order of the rows is that of their newest members. */
export function group(notifications: Notification[]): Group[] {
  const rows: Group[] = [];
  for (const one of notifications) {
    const row = TOGETHER.has(one.type) ? rows.slice(-LOOK_BACK).find((candidate) => joins(candidate, one)) : undefined;
    if (!row) {
      rows.push({ key: one.id, type: one.type, status: one.status, accounts: [one.account], members: [one] });
      continue;
    }
    row.members.push(one);
    if (!row.accounts.some(({ id }) => id === one.account.id)) row.accounts.push(one.account);
  }
  return rows;
}
