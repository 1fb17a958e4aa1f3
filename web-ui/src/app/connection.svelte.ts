// Whether live news come in. A short break is nobody's business; a longer one is shown.

/** Breaks shorter than this are not shown, in milliseconds. */
export const GRACE = 5_000;

export class Connection {
  /** Has it been lost for a while? */
  lost = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Told of each loss and each return. */
  tell(lost: boolean): void {
    if (!lost) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.lost = false;
    } else if (!this.lost) this.#timer ??= setTimeout(() => (this.lost = true), GRACE);
  }
}

export const connection = new Connection();
