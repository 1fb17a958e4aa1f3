// Other accounts of the reader, and moving to one of them: Shop's own routes.
import { del, get, post } from '../../app/api';
import type { Account } from '../../app/entities';

/** Another account of the same person; `account` is null while it is not known here. */
export interface Alias {
  uri: string;
  account: Account | null;
}

/** Where the reader's account points, the last move with followers, and when the next is possible (null: now). */
export interface Migration {
  moved_to: Account | null;
  last: { account: Account | null; at: string; followers_count: number } | null;
  next_at: string | null;
}

const ALIASES = '/api/shop/v1/aliases';
const MIGRATION = '/api/shop/v1/migration';

export const aliases = (): Promise<Alias[]> => get<Alias[]>(ALIASES);
export const addAlias = (acct: string): Promise<Alias[]> => post<Alias[]>(ALIASES, { acct });
export const removeAlias = (uri: string): Promise<Alias[]> => del<Alias[]>(`${ALIASES}?uri=${encodeURIComponent(uri)}`);
export const migration = (): Promise<Migration> => get<Migration>(MIGRATION);
export const migrate = (acct: string, current_password: string, redirect_only: boolean): Promise<Migration> =>
  post<Migration>(MIGRATION, { acct, current_password, redirect_only });
export const cancel = (): Promise<Migration> => del<Migration>(MIGRATION);

/** What an alias is called. */
export const nameOf = (alias: Alias): string => (alias.account ? `@${alias.account.acct}` : alias.uri);
