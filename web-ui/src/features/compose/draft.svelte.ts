// A post being written: its text and circumstances, whether it may be sent, and the sending.
import { get, post, put } from '../../app/api';
import type { Id, Status, StatusSource, Visibility } from '../../app/entities';
import { locale } from '../../app/i18n';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import { Attachment } from './attachment.svelte';
import { countCharacters } from './count';
import type { Opening } from './compose.svelte';

/** Files that one post can carry. */
export const MOST_MEDIA = 4;
const KEY = `shop:draft:${session.account_id ?? ''}`;

const WIDTH: Record<Visibility, number> = { public: 3, unlisted: 2, private: 1, direct: 0 };

/** An answer is never seen by more people than what it answers. */
export function narrower(a: Visibility, b: Visibility): Visibility {
  return WIDTH[a] <= WIDTH[b] ? a : b;
}

/** Who is addressed by an answer: its author first, then the other people in the talk, without the reader. */
export function addressed(status: Status, me: Id | null): string[] {
  const all = [status.account, ...status.mentions];
  return [...new Set(all.filter(({ id }) => id !== me).map(({ acct }) => `@${acct}`))];
}

export class Draft {
  text = $state('');
  spoiler = $state('');
  warned = $state(false);
  sensitive = $state(false);
  visibility = $state<Visibility>('public');
  language = $state<string>(locale);
  media = $state<Attachment[]>([]);
  sending = $state(false);
  replyTo: Status | null = null;
  editing: Id | null = null;
  /** Where the caret goes first. */
  caret: number | null = null;
  /** The same key for each try, so that a lost answer makes no second post. */
  #idempotency = crypto.randomUUID();
  #begin = '';

  readonly length = $derived(countCharacters(this.text, this.warned ? this.spoiler : ''));
  readonly left = $derived(session.max_characters - this.length);
  readonly uploading = $derived(this.media.some((one) => !one.ready && !one.error));
  readonly failed = $derived(this.media.some((one) => one.error));
  readonly blank = $derived(!this.text.trim() && !this.media.length && !(this.warned && this.spoiler.trim()));
  readonly sendable = $derived(!this.blank && this.left >= 0 && !this.uploading && !this.failed && !this.sending);

  /** A new post; an unsent one is taken up again unless this is an answer or a mention. */
  static begin({ replyTo, mention }: Opening = {}): Draft {
    const draft = new Draft();
    const source = store.me?.source;
    draft.visibility = source?.privacy ?? 'public';
    draft.sensitive = source?.sensitive ?? false;
    draft.language = source?.language || locale;
    if (replyTo) {
      draft.replyTo = replyTo;
      draft.visibility = narrower(draft.visibility, replyTo.visibility);
      draft.spoiler = replyTo.spoiler_text;
      draft.warned = !!replyTo.spoiler_text;
      draft.language = replyTo.language ?? draft.language;
      draft.text = addressed(replyTo, session.account_id).map((acct) => `${acct} `).join('');
    } else if (mention) {
      draft.text = `@${mention.acct} `;
    } else {
      draft.#recall();
    }
    draft.#begin = draft.text;
    draft.caret = draft.text.length;
    return draft;
  }

  /** An own post, with its text as it was typed. */
  static async edit(status: Status): Promise<Draft> {
    const source = await get<StatusSource>(`/api/v1/statuses/${status.id}/source`);
    const draft = new Draft();
    draft.editing = status.id;
    draft.text = draft.#begin = source.text;
    draft.spoiler = source.spoiler_text;
    draft.warned = !!source.spoiler_text;
    draft.sensitive = status.sensitive;
    draft.visibility = status.visibility;
    draft.language = status.language ?? locale;
    draft.media = status.media_attachments.map((media) => Attachment.fromMedia(media));
    draft.caret = draft.text.length;
    return draft;
  }

  /** Has the reader put something in that would be lost? */
  get touched(): boolean {
    return this.text.trim() !== this.#begin.trim() || (!this.editing && this.media.length > 0);
  }

  attach(files: Iterable<File>): void {
    for (const file of files) {
      if (this.media.length >= MOST_MEDIA) return;
      this.media.push(Attachment.fromFile(file));
    }
  }

  detach(attachment: Attachment): void {
    attachment.drop();
    this.media = this.media.filter((one) => one.key !== attachment.key);
  }

  /** Keeps an unsent new post for the next time. */
  remember(): void {
    if (this.replyTo || this.editing) return;
    try {
      if (this.text.trim()) localStorage.setItem(KEY, JSON.stringify({ text: this.text, spoiler: this.warned ? this.spoiler : '' }));
      else localStorage.removeItem(KEY);
    } catch {
      // Without storage an unsent post lasts as long as the page.
    }
  }

  #recall(): void {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { text?: string; spoiler?: string } | null;
      this.text = kept?.text ?? '';
      this.spoiler = kept?.spoiler ?? '';
      this.warned = !!this.spoiler;
    } catch {
      this.text = '';
    }
  }

  /** Forgets the kept text. */
  forget(): void {
    if (this.replyTo || this.editing) return;
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Nothing was kept where nothing can be.
    }
  }

  /** Sends the post (or the edit) and answers it. Throws when the server refuses; the draft stays as it is. */
  async send(): Promise<Status> {
    this.sending = true;
    try {
      const common = {
        status: this.text,
        spoiler_text: this.warned ? this.spoiler : '',
        sensitive: this.sensitive || (this.warned && this.media.length > 0),
        language: this.language,
        media_ids: this.media.flatMap(({ media }) => (media ? [media.id] : [])),
      };
      const status = this.editing ? await this.#edit(this.editing, common) : await this.#post(common);
      for (const attachment of this.media) attachment.drop();
      this.forget();
      store.put(status);
      return status;
    } finally {
      this.sending = false;
    }
  }

  async #post(common: Record<string, string | boolean | string[]>): Promise<Status> {
    await Promise.all(this.media.map((attachment) => attachment.save()));
    const body = {
      ...common,
      visibility: this.visibility,
      ...(this.replyTo && { in_reply_to_id: this.replyTo.id }),
    };
    return post<Status>('/api/v1/statuses', body, { 'Idempotency-Key': this.#idempotency });
  }

  async #edit(id: Id, common: Record<string, string | boolean | string[]>): Promise<Status> {
    const media_attributes = this.media.flatMap(({ media, description }) =>
      media ? [{ id: media.id, description: description.trim() }] : [],
    );
    return put<Status>(`/api/v1/statuses/${id}`, { ...common, media_attributes });
  }
}
