// What is being written and where: the window of the composer, opened from everywhere. The composer itself loads late.
import type { Account, Status } from '../../app/entities';
import { announcer } from '../../app/announce.svelte';
import { del } from '../../app/api';
import { confirm } from '../../app/confirm.svelte';
import { t } from '../../app/i18n';
import { store } from '../../app/store.svelte';
import type { Kept } from './kept';
import type { Draft } from './draft.svelte';

export interface Opening {
  replyTo?: Status | undefined;
  mention?: Account;
  quote?: Status;
  /** What it is about: an address that the words are written above. */
  about?: string;
  /** For mentioned people alone. */
  direct?: boolean;
}

class Compose {
  /** Draft in the window; null when the window is shut. */
  draft = $state.raw<Draft | null>(null);
  #posted = new Set<(status: Status) => void>();

  /** Opens the window for a new post, a reply, a mention or a quote. */
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

  /** Opens the window with an unsent post from the list of drafts. */
  async resume(kept: Kept): Promise<void> {
    if (this.draft) return;
    try {
      const { Draft } = await import('./draft.svelte');
      this.draft = await Draft.resume(kept);
    } catch (error) {
      announcer.failed(error, () => void this.resume(kept));
    }
  }

  /** Deletes an own post after a question, and opens the window with what it said. */
  async redraft(status: Status): Promise<void> {
    const sure = await confirm.ask({ title: t('redraft.title'), text: t('redraft.text'), action: t('redraft.action'), danger: true });
    if (!sure || this.draft) return;
    try {
      const [{ Draft }, deleted] = await Promise.all([import('./draft.svelte'), del<Status>(`/api/v1/statuses/${status.id}`)]);
      store.remove(status.id);
      this.draft = await Draft.redraft(deleted);
    } catch (error) {
      announcer.failed(error);
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
