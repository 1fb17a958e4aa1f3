// Every word the reader sees comes from an ICU catalog; this file looks them up and formats them.
import { IntlMessageFormat } from 'intl-messageformat';
import en from '../locales/en.json';

export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number | Date>;

/** Language of the interface. One catalog so far; the next ones load lazily by this name. */
export const locale = 'en';

/** How the reader's region writes dates and numbers, within the language of the interface. */
const region = navigator.languages.find((language) => language.split('-')[0] === locale) ?? locale;

const formats = new Map<MessageKey, IntlMessageFormat>();

/** The text of a message, with its values filled in. */
export function t(key: MessageKey, values?: Values): string {
  if (!values) return en[key];
  let format = formats.get(key);
  if (!format) {
    format = new IntlMessageFormat(en[key], locale, undefined, { ignoreTag: true });
    formats.set(key, format);
  }
  return String(format.format(values));
}

const compact = new Intl.NumberFormat(region, { notation: 'compact', maximumFractionDigits: 1 });
const names = new Intl.DisplayNames(region, { type: 'language' });

/** 1234 -> 1.2K */
export function short(number: number): string {
  return compact.format(number);
}

/** `pt-BR` -> Brazilian Portuguese; the code itself when nobody knows it. */
export function languageName(code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

const clockTime = new Intl.DateTimeFormat(region, { dateStyle: 'long', timeStyle: 'short' });
const dayOnly = new Intl.DateTimeFormat(region, { dateStyle: 'medium' });
const dayOfYear = new Intl.DateTimeFormat(region, { month: 'short', day: 'numeric' });
const relative = new Intl.RelativeTimeFormat(region, { style: 'long', numeric: 'always' });

/** Date and time in full, for tooltips and the post in focus. */
export function fullTime(time: string | Date): string {
  return clockTime.format(new Date(time));
}

const shortClock = new Intl.DateTimeFormat(region, { dateStyle: 'short', timeStyle: 'short' });

/** Date and time in figures. */
export function shortTime(time: string | Date): string {
  return shortClock.format(new Date(time));
}

/** A date without time. */
export function day(time: string | Date): string {
  return dayOnly.format(new Date(time));
}

function steps(milliseconds: number): [number, 'second' | 'minute' | 'hour' | 'day'] {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return [seconds, 'second'];
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86_400), 'day'];
}

/** "3m", "5h", then a date: what stands beside a name. Times ahead of the reader's clock are "now". */
export function age(time: string | Date, now: number): string {
  const then = new Date(time);
  const [count, unit] = steps(now - then.getTime());
  if (unit === 'second') return t('time.now');
  if (unit === 'day' && count >= 7) {
    return then.getFullYear() === new Date(now).getFullYear() ? dayOfYear.format(then) : dayOnly.format(then);
  }
  return t(`time.${unit}`, { count });
}

/** "in 3 hours", for times to come, rounded to the unit. */
export function ahead(time: string | Date, now: number): string {
  const left = new Date(time).getTime() - now;
  const [, unit] = steps(left);
  const [count, rounded] = steps(left + { second: 500, minute: 30_000, hour: 1_800_000, day: 43_200_000 }[unit]);
  return relative.format(count, rounded);
}

/** "3 days", for choices of how long something lasts. */
export function span(seconds: number): string {
  const [count, unit] = steps(seconds * 1000);
  return new Intl.NumberFormat(region, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

const percents = new Intl.NumberFormat(region, { style: 'percent' });

/** 0.25 -> 25% */
export function percent(part: number): string {
  return percents.format(part);
}

/** "3 minutes ago", for the ear. */
export function spokenAge(time: string | Date, now: number): string {
  const then = new Date(time);
  const [count, unit] = steps(now - then.getTime());
  if (unit === 'second') return t('time.just-now');
  return unit === 'day' && count >= 7 ? dayOnly.format(then) : relative.format(-count, unit);
}
