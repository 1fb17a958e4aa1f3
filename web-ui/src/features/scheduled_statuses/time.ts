// Times as fields of forms want them: local, without zone, to the minute.

/** Milliseconds to the `datetime-local` text of this device's time zone. */
export function localText(time: number): string {
  const zone = new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - zone).toISOString().slice(0, 16);
}

/** The earliest time a post can be scheduled for (behaviours §3: five minutes ahead), or so many minutes from now. */
export function soon(minutes = 6, now: number = Date.now()): string {
  return localText(now + minutes * 60_000);
}
