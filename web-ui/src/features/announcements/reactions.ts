// How the reactions to an announcement change. Pure, so that it can be proved.
import type { Reaction } from '../../app/entities';

/** Different reactions that one announcement takes (behaviours §3). */
export const MOST_REACTIONS = 8;

/** The reader reacts, or takes their reaction back; a second time changes nothing. */
export function react(all: Reaction[], name: string, on: boolean, picture?: string): Reaction[] {
  const known = all.find((one) => one.name === name);
  if (!known) return on ? [...all, { name, count: 1, me: true, ...(picture && { url: picture, static_url: picture }) }] : all;
  if (!!known.me === on) return all;
  return all.map((one) => (one === known ? { ...one, me: on, count: one.count + (on ? 1 : -1) } : one)).filter(({ count }) => count > 0);
}

/** So many react with this emoji now, as the server tells everybody. */
export function reacted(all: Reaction[], name: string, count: number): Reaction[] {
  if (!all.some((one) => one.name === name)) return count > 0 ? [...all, { name, count, me: false }] : all;
  return all.map((one) => (one.name === name ? { ...one, count } : one)).filter((one) => one.count > 0);
}
