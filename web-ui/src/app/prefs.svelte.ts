// The reader's choices about this browser: kept in local storage, nowhere else.

export type Theme = 'auto' | 'light' | 'dark';

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
}

const KEY = 'shop:prefs';
const DEFAULTS: Choices = {
  theme: 'auto',
  size: 100,
  shortcuts: true,
  expandWarnings: false,
  showSensitive: false,
  counts: false,
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

  /** Puts theme and text size on the root element. */
  apply(): void {
    const root = document.documentElement;
    const { theme, size } = this.choices;
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.style.fontSize = size === 100 ? '' : `${size * 1.0625}%`;
  }
}

export const prefs = new Prefs();
