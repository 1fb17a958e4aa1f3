// A post's HTML made ready for the page. The server has sanitised it; here emoji become pictures and links stay inside.
import type { CustomEmoji, Mention, Status } from '../../app/entities';
import { pieces } from '../../ui/words';

const parser = new DOMParser();

/** Texts of posts for the ear and for previews: paragraphs and breaks become blanks, hidden link parts are left out, and the link to a quoted post that is shown. */
export function plainText(html: string, quoting = false): string {
  if (!html) return '';
  const { body } = parser.parseFromString(html, 'text/html');
  for (const hidden of body.querySelectorAll(quoting ? '.invisible, .quote-inline' : '.invisible')) hidden.remove();
  for (const cut of body.querySelectorAll('.ellipsis')) cut.append('…');
  for (const block of body.querySelectorAll('br, p, li, blockquote, pre')) block.after(' ');
  return (body.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** The HTML with `:shortcode:`s replaced by pictures, and words set apart for the keyboard where needed. */
export function richText(html: string, emojis: CustomEmoji[]): string {
  if (!emojis.length || !html.includes(':')) return html;
  const page = parser.parseFromString(html, 'text/html');
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest('.invisible, code')) continue;
    const parts = pieces(text.data, emojis);
    if (parts.length === 1 && typeof parts[0] === 'string') continue;
    text.replaceWith(...parts.map((part) => (typeof part === 'string' ? part : picture(page, part))));
  }
  return page.body.innerHTML;
}

function picture(page: Document, emoji: CustomEmoji): HTMLImageElement {
  const image = page.createElement('img');
  image.className = 'emoji';
  image.src = emoji.static_url;
  image.alt = image.title = `:${emoji.shortcode}:`;
  image.loading = 'lazy';
  return image;
}

/** A text with more characters or lines than this is shown in part, where others stand around it. */
const LONG = 1_200;
const LINES = 15;

/** Is it too long to stand among others as a whole? By its words, not its height: nothing moves once it is drawn. */
export function isLong(html: string): boolean {
  if (html.length <= LONG && !html.includes('<br')) return false;
  return html.replace(/<[^>]+>/g, '').length > LONG || (html.match(/<(br|p|li|pre)\b/g)?.length ?? 0) > LINES;
}

export interface Folded {
  html: string;
  /** Hashtags of the last line, as they are written there. */
  tags: string[];
}

const isTag = (node: Node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && (node.classList.contains('hashtag') || node.rel.split(' ').includes('tag'));

/** Takes a last line that is nothing but hashtags out of a text, so that it can stand apart. A text of tags alone stays. */
export function foldTags(html: string): Folded {
  const whole = { html, tags: [] };
  // Most posts end in words, and need no second look.
  if (!/<\/a>\s*<\/p>\s*$/.test(html)) return whole;
  const { body } = parser.parseFromString(html, 'text/html');
  const last = body.lastElementChild;
  if (!(last instanceof HTMLParagraphElement)) return whole;
  const line: Node[] = [];
  let begun: Node | null = null;
  for (let node = last.lastChild; node && !begun; node = node.previousSibling) {
    if (node instanceof HTMLBRElement) begun = node;
    else if (isTag(node) || (node instanceof Text && !node.data.trim())) line.unshift(node);
    else return whole;
  }
  const tags = line.filter(isTag).map((link) => link.textContent.trim());
  if (!tags.length) return whole;
  for (const node of line) (node as ChildNode).remove();
  (begun as ChildNode | null)?.remove();
  if (!last.textContent.trim() && !last.querySelector('img')) last.remove();
  if (!body.textContent.trim()) return whole;
  return { html: body.innerHTML, tags: [...new Map(tags.map((tag) => [tag.toLowerCase(), tag])).values()] };
}

/** Address inside the app for a link in a post: its mentions and its tags; null for the wide world. */
export function insideAddress(link: HTMLAnchorElement, mentions: Mention[], tags: Status['tags']): string | null {
  const mention = mentions.find(({ url }) => url === link.href || url === link.getAttribute('href'));
  if (mention) return `/@${mention.acct}`;
  if (link.classList.contains('hashtag') || link.rel.includes('tag')) {
    const name = link.textContent?.replace(/^[#＃]/, '').toLowerCase() ?? '';
    const tag = tags.find((candidate) => candidate.name === name || candidate.url === link.href);
    return `/tags/${encodeURIComponent(tag?.name ?? name)}`;
  }
  if (link.origin === location.origin) return link.pathname + link.search;
  return null;
}
