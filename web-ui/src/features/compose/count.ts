// How long a post is: grapheme clusters, links count 23, remote mentions count without their domain (behaviours §5).
import { entities } from './entities';

/** Characters that a link counts, however long it is. */
const LINK = 23;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many characters a reader counts. */
export function graphemes(text: string): number {
  // Plain ASCII needs no segmenter; a line break is one cluster whether it is \n or \r\n.
  if (/^[\x20-\x7e\n]*$/.test(text)) return text.length;
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

function length(written: string): number {
  // The server drops blanks around it.
  const text = written.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  let total = 0;
  let from = 0;
  for (const { kind, start, end, name } of entities(text)) {
    if (kind === 'other') continue;
    total += graphemes(text.slice(from, start)) + (kind === 'link' ? LINK : 1 + name.length);
    from = end;
  }
  return total + graphemes(text.slice(from));
}

/** Length of a text with its warning, as the server counts it. */
export function countCharacters(text: string, spoiler = ''): number {
  return length(spoiler) + length(text);
}
