// What acts in the reader's name: browsers that are signed in, and applications. Shop's own routes.
import { del, get } from '../../app/api';
import type { Id } from '../../app/entities';
import type { MessageKey } from '../../app/i18n';

export interface Session {
  id: Id;
  current: boolean;
  user_agent: string;
  created_at: string;
  last_used_at: string;
}

export interface Application {
  id: Id;
  name: string;
  website: string | null;
  scopes: string[];
  created_at: string;
  last_used_at: string | null;
}

const SESSIONS = '/api/shop/v1/sessions';
const APPLICATIONS = '/api/shop/v1/applications';

export const sessions = (): Promise<Session[]> => get<Session[]>(SESSIONS);
export const endSession = (id: Id): Promise<Session[]> => del<Session[]>(`${SESSIONS}/${id}`);
export const endOthers = (): Promise<Session[]> => del<Session[]>(SESSIONS);
export const applications = (): Promise<Application[]> => get<Application[]>(APPLICATIONS);
export const revoke = (id: Id): Promise<Application[]> => del<Application[]>(`${APPLICATIONS}/${id}`);

/** Names that browsers call themselves, the more special ones first: many also name those that they descend from. */
const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Vivaldi\//, 'Vivaldi'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/HeadlessChrome\/|Chromium\/|Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
];

/** What a browser and its system are called; empty when they do not say. */
export function agent(text: string): { browser: string; system: string } {
  const name = (known: [RegExp, string][]): string => known.find(([sign]) => sign.test(text))?.[1] ?? '';
  return { browser: name(BROWSERS), system: name(SYSTEMS) };
}

/** What scopes allow, in few words. */
export function powers(scopes: string[]): MessageKey[] {
  const some = (sign: RegExp): boolean => scopes.some((scope) => sign.test(scope));
  const found: MessageKey[] = [];
  if (some(/^(read|profile)/)) found.push('access.reads');
  if (some(/^(write|follow)/)) found.push('access.writes');
  if (some(/^push$/)) found.push('access.pushes');
  if (some(/^admin/)) found.push('access.administers');
  return found;
}
