// What people are called, in plain words: for labels, titles and sentences, where pictures in a name cannot stand.
import type { Account } from './entities';

/** Display name without its custom emoji; the user name when nothing is left. */
export function plainName(account: Pick<Account, 'display_name' | 'username' | 'emojis'>): string {
  let name = account.display_name;
  for (const { shortcode } of account.emojis) name = name.replaceAll(`:${shortcode}:`, ' ');
  return name.replace(/\s+/g, ' ').trim() || account.username;
}
