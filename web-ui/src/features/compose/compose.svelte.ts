// What is being written and where: the window of the composer, opened from everywhere. The composer itself loads late.
import type { Account, Status } from '../../app/entities';
import { announcer } from '../../app/announce.svelte';
import type { Draft } from './draft.svelte';

export interface Opening {
  replyTo?: Status | undefined;
  mention?: Account;
}

class Compose {
  /** Draft in the window; null when the window is shut. */
  draft = $state.raw<Draft | null>(null);
  #posted = new Set<(status: Status) => void>();

  /** Opens the window for a new post, an answer or a mention. */
  async open(opening: Opening = {}): Promise<void> {
    if (this.draft) return;
    try {
      const { Draft } = await import('./draft.svelte');
      this.draft ??= Draft.begin(opening);
    } catch (error) {
      announcer.failed(error, () => void this.open(opening));
    }
  }

  /** Opens the window to edit an own post. */
  async edit(status: Status): Promise<void> {
    if (this.draft) return;
    try {
      const { Draft } = await import('./draft.svelte');
      this.draft = await Draft.edit(status);
    } catch (error) {
      announcer.failed(error, () => void this.edit(status));
    }
  }

  close(): void {
    this.draft = null;
  }

  /** Tells everyone who shows posts that the reader has written one. */
  posted(status: Status): void {
    for (const listener of [...this.#posted]) listener(status);
  }

  /** Asks to be told about own posts; answers how to stop. */
  onPosted(listener: (status: Status) => void): () => void {
    this.#posted.add(listener);
    return () => this.#posted.delete(listener);
  }
}

export const compose = new Compose();
