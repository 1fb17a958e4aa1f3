// The reader's choices about this browser: kept in local storage, nowhere else.

export type Theme = 'auto' | 'light' | 'dark' | 'black';

interface Choices {
  theme: Theme;
  /** Text size in percent of the normal one. */
  size: number;
  shortcuts: boolean;
  /** Open content warnings at once. */
  expandWarnings: boolean;
  /** Show media that its author marked as sensitive. */
  showSensitive: boolean;
  /** Show how often a post was answered, boosted, favourited. */
  counts: boolean;
  /** Stronger colours and lines, whatever the device says. */
  contrast: boolean;
  /** No movement, whatever the device says. */
  still: boolean;
  /** Dates instead of "3m". */
  fullTimes: boolean;
  /** No dots and numbers for what is new. */
  noBadges: boolean;
  /** A card of a person when the mouse rests on their name. */
  hoverCards: boolean;
  /** Ask before boosting. */
  confirmBoosts: boolean;
  /** Ask before sending pictures without description. */
  askDescriptions: boolean;
}

/** The choices that are on or off. */
export type Switch = { [K in keyof Choices]: Choices[K] extends boolean ? K : never }[keyof Choices];

const KEY = 'shop:prefs';
const DEFAULTS: Choices = {
  theme: 'auto',
  size: 100,
  shortcuts: true,
  expandWarnings: false,
  showSensitive: false,
  counts: false,
  contrast: false,
  still: false,
  fullTimes: false,
  noBadges: false,
  hoverCards: true,
  confirmBoosts: false,
  askDescriptions: true,
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

  /** Puts what concerns the whole page on the root element. */
  apply(): void {
    const root = document.documentElement;
    const { theme, size, contrast, still } = this.choices;
    root.toggleAttribute('data-contrast', contrast);
    root.toggleAttribute('data-still', still);
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.style.fontSize = size === 100 ? '' : `${size * 1.0625}%`;
  }
}

export const prefs = new Prefs();
