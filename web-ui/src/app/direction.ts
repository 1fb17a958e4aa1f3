// Which way a language is written; the app and its build both ask.

/** Languages written from right to left, among those that may get a catalog. */
const RIGHT_TO_LEFT = ['ar', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'];

/** The value of the `dir` attribute for a language. */
export function direction(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}
