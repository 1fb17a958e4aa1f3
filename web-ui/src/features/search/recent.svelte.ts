// What was searched for last, kept in this browser until the reader forgets it.
import { session } from '../../app/session';

const KEY = `shop:searches:${session.account_id ?? ''}`;
export const MOST = 6;

class Recent {
  all = $state.raw<string[]>(load());

  add(words: string): void {
    this.#keep([words, ...this.all.filter((one) => one !== words)].slice(0, MOST));
  }

  forget(): void {
    this.#keep([]);
  }

  #keep(all: string[]): void {
    this.all = all;
    try {
      if (all.length) localStorage.setItem(KEY, JSON.stringify(all));
      else localStorage.removeItem(KEY);
    } catch {
      // Without storage they last as long as the page.
    }
  }
}

function load(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const recent = new Recent();
