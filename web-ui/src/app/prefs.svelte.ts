// The reader's choices about this browser: kept in local storage, nowhere else.

export type Theme = 'auto' | 'light' | 'dark' | 'black';

/** Hues of the accent, in degrees of OKLCH; tokens.css fixes everything else about it. */
export const HUES = { teal: 205, blue: 255, violet: 300, pink: 350, amber: 65, green: 145 } as const;
export type Hue = keyof typeof HUES;

interface Choices {
  /** Language of the interface; empty for the browser's. */
  language: string;
  theme: Theme;
  /** What links, buttons and marks are coloured with. */
  hue: Hue;
  /** Text size in percent of the normal one. */
  size: number;
  shortcuts: boolean;
  /** Open content warnings at once. */
  expandWarnings: boolean;
  /** Show media that its author marked as sensitive. */
  showSensitive: boolean;
  /** Show how many replies, boosts and favourites a post has. */
  counts: boolean;
  /** Stronger colours and lines, whatever the device says. */
  contrast: boolean;
  /** No movement, whatever the device says. */
  still: boolean;
  /** Dates instead of "3m". */
  fullTimes: boolean;
  /** No dots and numbers for what is new. */
  noBadges: boolean;
  /** No numbers of followers, boosts and the like, anywhere. */
  noCounts: boolean;
  /** No colours. */
  grey: boolean;
  /** Nothing new is marked or said between two times of day, `HH:MM`. */
  quiet: boolean;
  quietFrom: string;
  quietUntil: string;
  /** A card of a person when the mouse rests on their name. */
  hoverCards: boolean;
  /** Ask before boosting. */
  confirmBoosts: boolean;
  /** Ask before sending pictures without description. */
  askDescriptions: boolean;
  /** What home shows beside plain posts. */
  homeBoosts: boolean;
  homeReplies: boolean;
  homeQuotes: boolean;
  /** Pinned timelines beside each other. */
  columns: boolean;
}

/** The choices that are on or off. */
export type Switch = { [K in keyof Choices]: Choices[K] extends boolean ? K : never }[keyof Choices];

const KEY = 'shop:prefs';
const DEFAULTS: Choices = {
  language: '',
  theme: 'auto',
  hue: 'teal',
  size: 100,
  shortcuts: true,
  expandWarnings: false,
  showSensitive: false,
  counts: false,
  contrast: false,
  still: false,
  fullTimes: false,
  noBadges: false,
  noCounts: false,
  grey: false,
  quiet: false,
  quietFrom: '22:00',
  quietUntil: '07:00',
  hoverCards: true,
  confirmBoosts: false,
  askDescriptions: true,
  homeBoosts: true,
  homeReplies: true,
  homeQuotes: true,
  columns: false,
};

function load(): Choices {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choices>) };
  } catch {
    return { ...DEFAULTS };
  }
}

class Prefs {
  choices = $state<Choices>(load());

  set<K extends keyof Choices>(key: K, value: Choices[K]): void {
    this.choices[key] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.choices));
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }
    this.apply();
  }

  /** Takes over what is chosen in another window of this browser, for as long as the page lasts. */
  follow(): void {
    addEventListener('storage', ({ key }) => {
      if (key !== KEY) return;
      this.choices = load();
      this.apply();
    });
  }

  /** Puts what concerns the whole page on the root element. */
  apply(): void {
    const root = document.documentElement;
    const { theme, hue, size, contrast, still, grey } = this.choices;
    root.toggleAttribute('data-contrast', contrast);
    root.toggleAttribute('data-still', still);
    root.toggleAttribute('data-grey', grey);
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    if (hue === 'teal') root.style.removeProperty('--hue');
    else root.style.setProperty('--hue', String(HUES[hue]));
    root.style.fontSize = size === 100 ? '' : `${size * 1.0625}%`;
  }
}

export const prefs = new Prefs();
