// Completing a mention, a tag or an emoji while typing: what is being typed, and what it could become.
import { get } from '../../app/api';
import type { Account, CustomEmoji, Search } from '../../app/entities';
import { plainName } from '../../app/names';
import { store } from '../../app/store.svelte';

/** The unfinished word before the caret. */
export interface Token {
  kind: '@' | '#' | ':';
  /** What stands behind the sign. */
  word: string;
  /** Where the sign stands in the text. */
  start: number;
  end: number;
}

export interface Suggestion {
  /** What is put in, without the sign. */
  text: string;
  /** Takes the place of the sign too. */
  whole?: boolean;
  label: string;
  detail: string;
  picture: string | null;
}

/** Shortest word worth asking about, by sign. */
const SHORTEST = { '@': 1, '#': 2, ':': 2 };
const MOST = 5;
/** Quiet time before the server is asked, in milliseconds. */
const PAUSE = 150;

/** The word that the caret stands behind, when it is one that can be completed. */
export function tokenAt(text: string, caret: number): Token | null {
  const before = text.slice(0, caret);
  const match = /(?:^|[\s(])([@#:])([\p{L}\p{N}_.@:-]*)$/u.exec(before);
  const kind = match?.[1] as Token['kind'] | undefined;
  const word = match?.[2] ?? '';
  if (!kind || word.length < SHORTEST[kind]) return null;
  if (kind !== '@' && /[@:]/.test(word)) return null;
  return { kind, word, start: caret - word.length - 1, end: caret };
}

/** The text with the token completed, and where the caret stands then. */
export function complete(text: string, token: Token, { text: choice, whole = false }: Pick<Suggestion, 'text' | 'whole'>): { text: string; caret: number } {
  const close = token.kind === ':' ? ': ' : ' ';
  const put = whole ? `${choice} ` : token.kind + choice + close;
  const rest = text.slice(token.end).replace(/^ /, '');
  return { text: text.slice(0, token.start) + put + rest, caret: token.start + put.length };
}

let emojis: Promise<CustomEmoji[]> | null = null;

async function ask({ kind, word }: Token, signal: AbortSignal): Promise<Suggestion[]> {
  if (kind === '@') {
    const found = await get<Account[]>('/api/v1/accounts/search', { q: word, limit: MOST, resolve: false }, signal);
    store.putAccounts(found);
    return found.map((account) => ({
      text: account.acct,
      label: plainName(account),
      detail: `@${account.acct}`,
      picture: account.avatar_static,
    }));
  }
  if (kind === '#') {
    const found = await get<Search>('/api/v2/search', { q: word, type: 'hashtags', limit: MOST }, signal);
    return found.hashtags.map(({ name }) => ({ text: name, label: `#${name}`, detail: '', picture: null }));
  }
  emojis ??= get<CustomEmoji[]>('/api/v1/custom_emojis');
  const all = await emojis.catch((error: unknown) => {
    emojis = null;
    throw error;
  });
  const own = all
    .filter(({ shortcode }) => shortcode.toLowerCase().includes(word.toLowerCase()))
    .map(({ shortcode, static_url }) => ({ text: shortcode, label: `:${shortcode}:`, detail: '', picture: static_url }));
  return own.length >= MOST ? own.slice(0, MOST) : [...own, ...(await common(word))].slice(0, MOST);
}

/** The emoji of Unicode with that name, in the reader's skin tone. */
async function common(word: string): Promise<Suggestion[]> {
  // Their list is large, and loads when somebody types one.
  const { find, habits, TONES, toned, unicodeGroups } = await import('../emoji/picker');
  const tone = TONES[habits().tone] ?? '';
  return find(unicodeGroups(), word).slice(0, MOST).map(({ text, label }) => ({ text: toned(text, tone), whole: true, label: toned(text, tone), detail: label, picture: null }));
}

/** The suggestions of one text field. */
export class Suggestions {
  token = $state.raw<Token | null>(null);
  list = $state.raw<Suggestion[]>([]);
  /** Index of the one that Enter takes. */
  at = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;

  /** Looks at the text after each change; answers come a moment later, if at all. */
  look(text: string, caret: number): void {
    this.close();
    const token = tokenAt(text, caret);
    if (!token) return;
    this.#timer = setTimeout(() => void this.#ask(token), PAUSE);
  }

  async #ask(token: Token): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      const list = await ask(token, running.signal);
      if (running.signal.aborted) return;
      this.token = list.length ? token : null;
      this.list = list;
      this.at = 0;
    } catch {
      // Suggestions are a courtesy; one can always type on.
      this.list = [];
    }
  }

  step(by: number): void {
    this.at = (this.at + by + this.list.length) % this.list.length;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.token = null;
    this.list = [];
  }
}
