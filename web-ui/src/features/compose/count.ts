// How long a post is: grapheme clusters, links count 23, remote mentions count without their domain (behaviours §5).

/** Characters that a link counts, however long it is. */
const LINK = 23;
const URL_PATTERN = /https?:\/\/[^\s<>"]+/giu;
/** `@user@domain`, not inside a word or an address. */
const MENTION = /(?<![\p{L}\p{N}_=/])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\p{L}\p{N}_]+(?:[.:-]+[\p{L}\p{N}_]+)*/giu;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function graphemes(text: string): number {
  // Plain ASCII needs no segmenter; a line break is one cluster whether it is \n or \r\n.
  if (/^[\x20-\x7e\n]*$/.test(text)) return text.length;
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** A sentence's closing marks do not belong to a link that stands before them. */
function trimmed(url: string): string {
  return url.replace(/[.,;:!?'")\]]+$/u, (end) => (end.startsWith(')') && url.includes('(') ? ')' : ''));
}

/** Length of a text with its warning, as the server counts it. */
export function countCharacters(text: string, spoiler = ''): number {
  const shortened = text
    .replace(URL_PATTERN, (url) => {
      const link = trimmed(url);
      return 'x'.repeat(LINK) + url.slice(link.length);
    })
    .replace(MENTION, '@$1');
  return graphemes(spoiler) + graphemes(shortened);
}
