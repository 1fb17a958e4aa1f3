// What the emoji picker offers: the community's own, those of Unicode, and those used last.
import text from 'virtual:emoji';
import { get } from '../../app/api';
import type { CustomEmoji } from '../../app/entities';
import type { MessageKey } from '../../app/i18n';

export interface Emoji {
  /** What is written: the emoji itself, or `:shortcode:`. */
  text: string;
  label: string;
  /** Further words it is found by. */
  words: string;
  picture: string | null;
}

export interface Group {
  name: string;
  label: MessageKey;
  sign: string;
  emojis: Emoji[];
}

/** The blocks of `virtual:emoji`, in order. */
const GROUPS: [MessageKey, string][] = [
  ['emoji.smileys', '😀'],
  ['emoji.people', '👋'],
  ['emoji.nature', '🐻'],
  ['emoji.food', '🍎'],
  ['emoji.places', '🚲'],
  ['emoji.activities', '⚽'],
  ['emoji.objects', '💡'],
  ['emoji.symbols', '❤️'],
  ['emoji.flags', '🏁'],
];
export const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'];
const KEY = 'shop:emoji';
const MOST_RECENT = 24;
const MOST_FOUND = 80;

/** The emoji of Unicode, by group. */
export function unicodeGroups(): Group[] {
  return text.split('\n\n').map((block, at) => {
    const [label, sign] = GROUPS[at] ?? ['emoji.symbols', '•'];
    const emojis = block.split('\n').map((line) => {
      const [text = '', label = '', words = ''] = line.split('\t');
      return { text, label, words, picture: null };
    });
    return { name: label, label, sign, emojis };
  });
}

/** The community's own emoji. */
export async function ownEmojis(): Promise<Emoji[]> {
  const all = await get<CustomEmoji[]>('/api/v1/custom_emojis');
  return all
    .filter(({ visible_in_picker }) => visible_in_picker !== false)
    .map(({ shortcode, static_url, category }) => ({
      text: `:${shortcode}:`,
      label: shortcode,
      words: category ?? '',
      picture: static_url,
    }));
}

/** The emoji that fit what is typed: names that begin with it first. */
export function find(groups: Group[], typed: string): Emoji[] {
  const words = typed.toLowerCase().split(/[\s_]+/).filter(Boolean);
  const all = groups.flatMap(({ emojis }) => emojis);
  const fits = all.filter(({ label, words: more }) => words.every((word) => `${label} ${more}`.toLowerCase().includes(word)));
  const first = fits.filter(({ label }) => label.toLowerCase().startsWith(words[0] ?? ''));
  return [...new Set([...first, ...fits])].slice(0, MOST_FOUND);
}

/** The emoji in a skin tone; those without skin stay as they are. */
export function toned(emoji: string, tone: string): string {
  if (!tone) return emoji;
  return emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`);
}

interface Habits {
  recent: string[];
  tone: number;
}

/** What was chosen in this browser: the emoji used last, and the skin tone. */
export function habits(): Habits {
  try {
    const { recent = [], tone = 0 } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Habits>;
    return { recent: recent.slice(0, MOST_RECENT), tone };
  } catch {
    return { recent: [], tone: 0 };
  }
}

export function setTone(tone: number): void {
  write({ ...habits(), tone });
}

/** Remembers that an emoji was used. */
export function used(emoji: string): void {
  const { recent, tone } = habits();
  write({ recent: [emoji, ...recent.filter((one) => one !== emoji)].slice(0, MOST_RECENT), tone });
}

function write(all: Habits): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Without storage nothing is remembered; the picker works all the same.
  }
}
