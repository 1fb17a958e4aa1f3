// Hours of the day in which nothing new is marked or said. The service worker reads them too (src/sw.js), and then shows
// its notes without sound.
import { clock } from './clock.svelte';
import { prefs } from './prefs.svelte';

const CACHE = 'quiet';
const PATH = '/quiet-hours';

/** Does a time of day lie in a span, which may reach over midnight? All as `HH:MM`. */
export function within(from: string, until: string, time: string): boolean {
  return from <= until ? from <= time && time < until : time >= from || time < until;
}

/** The time of day, by the clock of this device. */
export function timeOfDay(now: number): string {
  const date = new Date(now);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

class Quiet {
  readonly now = $derived(prefs.choices.quiet && within(prefs.choices.quietFrom, prefs.choices.quietUntil, timeOfDay(clock.now)));
  /** May dots and numbers mark what is new? */
  readonly marks = $derived(!prefs.choices.noBadges && !this.now);
}

export const quiet = new Quiet();

let told = Promise.resolve();

/** Leaves the hours where the service worker finds them; one after the other, so that the last choice stays. */
export function tellWorker(): Promise<void> {
  return (told = told.then(leave));
}

async function leave(): Promise<void> {
  const { quiet: on, quietFrom: from, quietUntil: until } = prefs.choices;
  try {
    const cache = await caches.open(CACHE);
    if (on) await cache.put(PATH, new Response(JSON.stringify({ from, until })));
    else await cache.delete(PATH);
  } catch {
    // Without storage there is no worker to tell.
  }
}
