// "Are you sure?": one question at a time, answered by a promise.

export interface Question {
  title: string;
  text: string;
  /** Word on the button that goes ahead. */
  action: string;
  danger?: boolean;
}

class Confirm {
  question = $state.raw<Question | null>(null);
  #answer: ((yes: boolean) => void) | null = null;

  /** Asks, and answers what the reader chose; a newer question takes the place of an open one. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer?.(yes);
    this.#answer = null;
  }
}

export const confirm = new Confirm();
