// Languages to write in: the reader's own first, then the widely spoken ones.
import { languageName } from '../../app/i18n';

const WIDELY =
  'ar bg bn ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu id is it ja ka ko lt lv ms nb nl pl pt pt-BR ro ru sk sl sq sr sv ta th tr uk ur vi zh-CN zh-TW'.split(
    ' ',
  );

export interface Language {
  code: string;
  name: string;
}

/** `chosen` and the browser's languages first, then all others by name. */
export function languages(chosen: string): Language[] {
  const own = navigator.languages.map((code) => (WIDELY.includes(code) ? code : (code.split('-')[0] ?? code)));
  const first = [...new Set([chosen, ...own])];
  const rest = WIDELY.filter((code) => !first.includes(code))
    .map((code) => ({ code, name: languageName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return [...first.map((code) => ({ code, name: languageName(code) })), ...rest];
}
