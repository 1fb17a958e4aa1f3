// Every word the reader sees comes from the catalog of their language; this file chooses it, looks words up, formats them.
import type { Message } from '../../build/catalogs';
import type en from '../locales/en.json';
import { direction } from './direction';
import { prefs } from './prefs.svelte';

export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number>;
type Catalog = Partial<Record<MessageKey, Message>>;

/**
 * Each language has files of its own, loaded by its readers alone: one with the words of the first load, and one with the
 * rest (`build/first-words.ts` parts them).
 */
const CATALOGS = import.meta.glob<Catalog>('../locales/*.json', { import: 'default' });
const RESTS = import.meta.glob<Catalog>('../locales/*.json', { import: 'default', query: '?rest' });
const file = (language: string): string => `../locales/${language}.json`;

/** Languages of the interface, by their codes. */
export const languages = Object.keys(CATALOGS).map((path) => path.slice('../locales/'.length, -'.json'.length));

/** The language of the interface: the reader's choice, else the first language of the browser that has a catalog. */
export function choose(wanted: string, browser: readonly string[]): string {
  const known = [wanted, ...browser].flatMap((tag) => [tag, tag.split('-')[0] ?? tag]).find((tag) => languages.includes(tag));
  return known ?? 'en';
}

/** Language of the interface, for as long as the page lasts. */
export const locale = choose(prefs.choices.language, navigator.languages);

/** How the reader's region writes dates and numbers, within the language of the interface. */
const region = navigator.languages.find((language) => `${language}-`.startsWith(`${locale}-`)) ?? locale;

const catalog: Catalog = {};
let rest: Promise<void> | undefined;

/** Loads the words of the first load; to be awaited before anything is drawn. Fails when they cannot be loaded. */
export async function loadWords(): Promise<void> {
  const root = document.documentElement;
  root.lang = locale;
  root.dir = direction(locale);
  Object.assign(catalog, await CATALOGS[file(locale)]?.());
}

async function loadRest(): Promise<void> {
  Object.assign(catalog, await RESTS[file(locale)]?.());
}

/** What loads later comes with the rest of the words, so that it is never drawn without them. Fails when either does. */
export async function withWords<T>(load: () => Promise<T>): Promise<T> {
  rest ??= loadRest().catch((error: unknown) => {
    rest = undefined;
    throw error;
  });
  const [loaded] = await Promise.all([load(), rest]);
  return loaded;
}

const numbers = new Intl.NumberFormat(region);
const plurals = new Intl.PluralRules(region);

/** What is put into words written from right to left stands apart, so that a Latin name does not turn its surroundings. */
function isolated(text: string): string {
  return direction(locale) === 'rtl' && text ? `\u2068${text}\u2069` : text;
}

function write(message: Message, values: Values, number: string): string {
  if (typeof message === 'string') return message;
  return message
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (piece === 0) return number;
      const [name, forms] = piece;
      const value = values[name] ?? '';
      if (!forms) return typeof value === 'number' ? numbers.format(value) : isolated(value);
      const count = Number(value);
      return write(forms[`=${count}`] ?? forms[plurals.select(count)] ?? forms.other ?? '', values, numbers.format(count));
    })
    .join('');
}

/** The text of a message, with its values filled in. */
export function t(key: MessageKey, values: Values = {}): string {
  const message = catalog[key];
  return message === undefined ? key : write(message, values, '');
}

const series = new Intl.ListFormat(region, { type: 'conjunction' });

/** Names in a row: "A, B and C". */
export function together(names: string[]): string {
  return series.format(names.map(isolated));
}

/** Parts of a longer text for the ear, with a pause between them. */
export function spoken(parts: string[]): string {
  return parts.join(t('list.pause'));
}

const compact = new Intl.NumberFormat(region, { notation: 'compact', maximumFractionDigits: 1 });

/** An amount with its unit, such as 12 MB. */
export function measured(amount: number, unit: string): string {
  return isolated(new Intl.NumberFormat(region, { style: 'unit', unit, unitDisplay: 'short' }).format(amount));
}

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

/** What a language calls itself: `de` -> Deutsch. */
export function ownName(code: string): string {
  return new Intl.DisplayNames(code, { type: 'language' }).of(code) ?? code;
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
