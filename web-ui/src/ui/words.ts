// Custom emoji in plain text: cuts `Hi :blob:` into text and pictures.
import type { CustomEmoji } from '../app/entities';

/** A shortcode that touches no letter, digit or colon outside (behaviours §5). */
const SHORTCODE = /(?<![\p{L}\p{N}:]):([a-zA-Z0-9_]{2,}):(?![\p{L}\p{N}:])/gu;

/** The text in pieces; a shortcode that `emojis` does not know stays text. */
export function pieces(text: string, emojis: CustomEmoji[]): (string | CustomEmoji)[] {
  if (!emojis.length || !text.includes(':')) return [text];
  const found: (string | CustomEmoji)[] = [];
  let done = 0;
  for (const match of text.matchAll(SHORTCODE)) {
    const emoji = emojis.find(({ shortcode }) => shortcode === match[1]);
    if (!emoji) continue;
    if (match.index > done) found.push(text.slice(done, match.index));
    found.push(emoji);
    done = match.index + match[0].length;
  }
  if (done < text.length) found.push(text.slice(done));
  return found;
}
