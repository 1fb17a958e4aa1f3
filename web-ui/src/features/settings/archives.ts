// Archives of one's own account: Shop's own routes.
import { get, post } from '../../app/api';
import type { Id } from '../../app/entities';

export interface Archive {
  id: Id;
  state: 'in_progress' | 'ready' | 'refused';
  reason: 'too_large' | 'no_room' | null;
  /** In bytes, once it is ready. */
  size: number | null;
  created_at: string;
  kept_until: string | null;
}

export interface Archives {
  /** Newest first. */
  archives: Archive[];
  /** When the next one may be asked for; null for at once. */
  next_at: string | null;
}

const PATH = '/api/shop/v1/archives';

export const archives = (): Promise<Archives> => get<Archives>(PATH);
export const ask = (): Promise<Archives> => post<Archives>(PATH);
/** A link, not a request of this page: the file may be larger than what a page can hold. */
export const address = (one: Archive): string => `/settings/data/archives/${one.id}`;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** How large something is, in the greatest unit of which there is one at least; of small things nobody counts the bytes. */
export function sizeIn(bytes: number): { amount: number; unit: (typeof UNITS)[number] } {
  let amount = bytes / 1000;
  let unit = 1;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return { amount: amount < 10 ? Math.max(0.1, Math.round(amount * 10) / 10) : Math.round(amount), unit: UNITS[unit] ?? 'gigabyte' };
}
