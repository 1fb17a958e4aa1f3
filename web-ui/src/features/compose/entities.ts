// Links and mentions in plain text, found as the server finds them: in one pass from left to right (behaviours §5).

export interface Entity {
  /** `other` is what a link or mention cannot begin inside of: hashtags, local mentions, addresses of other kinds. */
  kind: 'link' | 'mention' | 'other';
  start: number;
  end: number;
  /** Name of the person mentioned, without domain. */
  name: string;
}

/** Longest domain in bytes. */
const LONGEST_DOMAIN = 253;
const LONGEST_LABEL = 63;
/** Longest address looked for after `xmpp:`. */
const LONGEST_ADDRESS = 512;
/** A third open parenthesis ends a link. */
const DEEPEST = 2;

/** A letter, digit, mark or underscore of any script. */
const W = String.raw`[_\p{Alphabetic}\p{N}\p{M}]`;
const word = new RegExp(W, 'u');
const port = `(?::\\d{1,5}(?!${W}))?`;
const MENTION = new RegExp(`@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@(${W}+(?:[.-]+${W}+)*)${port})?`, 'uy');
const HASHTAG = new RegExp(`[#＃](${W}+(?:[\\u00b7\\u30fb\\u200c]+${W}+)*)`, 'uy');
const HOST = new RegExp(`(?:${W}(?:${W}|-)*)(?:\\.${W}(?:${W}|-)*)*`, 'uy');
const PORT = new RegExp(port, 'uy');

/** White space, control characters, brackets and quotes around links, the punctuation of East Asian writing. */
const ENDS = /[\p{White_Space}\p{Cc}<>"`\u200b\ufeff\u202a-\u202e\u3000-\u3004\u3008-\u3020\u3030\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff5b-\uff65]/u;
/** The punctuation that follows links in prose. */
const NO_END = /[?!*';:,.$%[\]{}~&|@\\^«»“”‘’…]/u;
const NO_LINK_AFTER = new RegExp(`${W}|[@＠$#＃\\u202a-\\u202e]`, 'u');

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Is it the name of a host, or an IPv4 address? */
function isHost(host: string): boolean {
  if (!host || host.split('.').some((label) => label.startsWith('-') || label.endsWith('-'))) return false;
  try {
    const { hostname } = new URL(`http://${host}`);
    return hostname.length <= LONGEST_DOMAIN && hostname.split('.').every((label) => label.length > 0 && label.length <= LONGEST_LABEL);
  } catch {
    return false;
  }
}

/** Where path, query and fragment that begin at `from` end. Parentheses belong to them in pairs. */
function tail(text: string, from: number): number {
  let end = from;
  let open = 0;
  for (let at = from; at < text.length; ) {
    const sign = String.fromCodePoint(text.codePointAt(at) as number);
    at += sign.length;
    if (sign === '(') {
      if (open === DEEPEST) break;
      open += 1;
    } else if (sign === ')') {
      if (open === 0) break;
      open -= 1;
      if (open === 0) end = at;
    } else if (ENDS.test(sign)) break;
    else if (open === 0 && !NO_END.test(sign)) end = at;
  }
  return end;
}

function mention(text: string, start: number): Entity | null {
  const found = match(MENTION, text, start);
  if (!found || (found[2] && bytes(found[2]) > LONGEST_DOMAIN)) return null;
  return { kind: found[2] ? 'mention' : 'other', start, end: start + found[0].length, name: found[1] ?? '' };
}

function hashtag(text: string, start: number): Entity | null {
  const found = match(HASHTAG, text, start);
  const name = found?.[1] ?? '';
  if (!found || /^\p{N}*$/u.test(name) || !/[\p{Alphabetic}\p{N}]/u.test(name)) return null;
  return { kind: 'other', start, end: start + found[0].length, name: '' };
}

function link(text: string, start: number): Entity | null {
  const scheme = match(/https?:\/\//iy, text, start);
  const host = scheme && match(HOST, text, start + scheme[0].length)?.[0].replace(/-+$/, '');
  if (!scheme || !host || bytes(host) > LONGEST_DOMAIN || !isHost(host)) return null;
  const behind = start + scheme[0].length + host.length;
  const end = behind + (match(PORT, text, behind)?.[0].length ?? 0);
  if (!URL.canParse(text.slice(start, end))) return null;
  return { kind: 'link', start, end: /[/?#]/.test(text[end] ?? '') ? tail(text, end) : end, name: '' };
}

/** An `xmpp:` or `magnet:` address: linked, but counted as the text it is. */
function other(text: string, start: number): Entity | null {
  const scheme = match(/xmpp:|magnet:(?=\?xt=urn:)/iy, text, start)?.[0];
  if (!scheme) return null;
  const from = start + scheme.length;
  const end = tail(text, from);
  const address = /^(?:\/\/[^/]*\/|\/\/)?([^/?#]*)/.exec(text.slice(from, Math.min(end, from + LONGEST_ADDRESS)))?.[1] ?? '';
  const [node = '', host] = address.split(/@(.*)/s);
  const whole = scheme.toLowerCase() === 'xmpp:' ? (host === undefined ? node.includes('.') && isHost(node) : !!node && isHost(host)) : tail(text, from + '?xt=urn:'.length) > from + '?xt=urn:'.length;
  return whole ? { kind: 'other', start, end, name: '' } : null;
}

function at(text: string, start: number, before: string): Entity | null {
  switch (text[start]) {
    case '@':
      return word.test(before) || /[=/]/.test(before) ? null : mention(text, start);
    case '#':
    case '＃':
      return !before || /\p{White_Space}/u.test(before) ? hashtag(text, start) : null;
    case 'h':
    case 'H':
      return NO_LINK_AFTER.test(before) ? null : link(text, start);
    case 'x':
    case 'X':
    case 'm':
    case 'M':
      return NO_LINK_AFTER.test(before) ? null : other(text, start);
    default:
      return null;
  }
}

/** All of them in order, never overlapping. */
export function entities(text: string): Entity[] {
  const found: Entity[] = [];
  // Nothing else can begin one.
  const begin = /[@#＃hHxXmM]/g;
  for (let sign = begin.exec(text); sign; sign = begin.exec(text)) {
    const before = /.$/su.exec(text.slice(Math.max(0, sign.index - 2), sign.index))?.[0] ?? '';
    const entity = at(text, sign.index, before);
    if (!entity) continue;
    found.push(entity);
    begin.lastIndex = entity.end;
  }
  return found;
}
