// A post being written: its text and circumstances, whether it may be sent, and the sending.
import { get, post, put } from '../../app/api';
import type { Id, MediaAttachment, QuotePolicy, ScheduledStatus, Status, StatusSource, Visibility } from '../../app/entities';
import { locale } from '../../app/i18n';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import { Attachment } from './attachment.svelte';
import { countCharacters } from './count';
import type { Opening } from './compose.svelte';
import { forget, keep, recall, type Kept, type KeptPoll } from './kept';

/** Files that one post can carry. */
export const MOST_MEDIA = 4;
export const MOST_OPTIONS = 4;
/** Characters of one option of a poll. */
export const LONGEST_OPTION = 50;
const A_DAY = 86_400;

export type PollDraft = KeptPoll;

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

/** The options of a poll, as they are sent: those that say something. */
function said(poll: PollDraft): string[] {
  return poll.options.map((option) => option.trim()).filter(Boolean);
}

export class Draft {
  text = $state('');
  spoiler = $state('');
  warned = $state(false);
  sensitive = $state(false);
  visibility = $state<Visibility>('public');
  language = $state<string>(locale);
  media = $state<Attachment[]>([]);
  poll = $state<PollDraft | null>(null);
  sending = $state(false);
  /** Taken up again from an earlier time. */
  recalled = $state(false);
  replyTo = $state.raw<Status | null>(null);
  quote = $state.raw<Status | null>(null);
  /** Who may quote it. */
  quotePolicy = $state<QuotePolicy>('public');
  /** When it is posted, as the field of the form has it (local time); empty for at once. */
  scheduled = $state('');
  editing: Id | null = null;
  /** Where the caret goes first. */
  caret: number | null = null;
  /** The same key for each try, so that a lost answer makes no second post. */
  #idempotency = crypto.randomUUID();
  #begin = '';
  /** Under which name it is kept while unsent; an edit is not. */
  #key: string | null = 'new';

  readonly length = $derived(countCharacters(this.text, this.warned ? this.spoiler : ''));
  readonly left = $derived(session.max_characters - this.length);
  readonly uploading = $derived(this.media.some((one) => !one.ready && !one.error));
  readonly failed = $derived(this.media.some((one) => one.error));
  readonly blank = $derived(!this.text.trim() && !this.media.length && !this.quote && !(this.warned && this.spoiler.trim()));
  readonly pollReady = $derived(!this.poll || (said(this.poll).length >= 2 && new Set(said(this.poll)).size === said(this.poll).length));
  readonly sendable = $derived(!this.blank && this.left >= 0 && !this.uploading && !this.failed && !this.sending && this.pollReady);

  /** A new post, answer or mention; an unsent one of the same place is taken up again. */
  static begin({ replyTo, mention, quote, direct }: Opening = {}): Draft {
    const draft = new Draft();
    draft.#defaults();
    if (replyTo) {
      draft.#key = `reply:${replyTo.id}`;
      draft.replyTo = replyTo;
      draft.visibility = narrower(draft.visibility, replyTo.visibility);
      draft.spoiler = replyTo.spoiler_text;
      draft.warned = !!replyTo.spoiler_text;
      draft.language = replyTo.language ?? draft.language;
      draft.text = addressed(replyTo, session.account_id).map((acct) => `${acct} `).join('');
    } else if (mention) {
      draft.#key = `mention:${mention.id}`;
      draft.text = `@${mention.acct} `;
    } else if (quote) {
      draft.#key = `quote:${quote.id}`;
      draft.setQuote(quote);
    } else if (direct) {
      draft.#key = 'direct';
      draft.visibility = 'direct';
    }
    draft.#begin = draft.text;
    const kept = draft.#key && recall(draft.#key);
    if (kept) draft.#resume(kept);
    draft.caret = draft.text.length;
    return draft;
  }

  /** An unsent post from the list of drafts. What it answers is asked for anew; without it, it stands alone. */
  static async resume(kept: Kept): Promise<Draft> {
    const draft = new Draft();
    draft.#key = kept.key;
    if (kept.in_reply_to_id) draft.replyTo = await get<Status>(`/api/v1/statuses/${kept.in_reply_to_id}`).catch(() => null);
    if (kept.quoted_status_id) draft.quote = await get<Status>(`/api/v1/statuses/${kept.quoted_status_id}`).catch(() => null);
    draft.#resume(kept);
    draft.caret = draft.text.length;
    return draft;
  }

  /** A deleted post to be written anew, with what the deletion answered. */
  static async redraft(deleted: Status): Promise<Draft> {
    const draft = new Draft();
    draft.#key = `redraft:${deleted.id}`;
    draft.text = deleted.text ?? '';
    draft.spoiler = deleted.spoiler_text;
    draft.warned = !!deleted.spoiler_text;
    draft.sensitive = deleted.sensitive;
    draft.visibility = deleted.visibility;
    draft.language = deleted.language ?? locale;
    draft.media = deleted.media_attachments.map((media) => Attachment.fromMedia(media, false));
    if (deleted.poll) draft.poll = pollOf(deleted.poll.options, deleted.poll.multiple);
    draft.quote = deleted.quote?.quoted_status ?? null;
    if (deleted.in_reply_to_id) draft.replyTo = await get<Status>(`/api/v1/statuses/${deleted.in_reply_to_id}`).catch(() => null);
    draft.caret = draft.text.length;
    draft.remember();
    return draft;
  }

  /** An own post, with its text as it was typed. */
  static async edit(status: Status): Promise<Draft> {
    const source = await get<StatusSource>(`/api/v1/statuses/${status.id}/source`);
    const draft = new Draft();
    draft.#key = null;
    draft.editing = status.id;
    draft.text = draft.#begin = source.text;
    draft.spoiler = source.spoiler_text;
    draft.warned = !!source.spoiler_text;
    draft.sensitive = status.sensitive;
    draft.visibility = status.visibility;
    draft.language = status.language ?? locale;
    draft.media = status.media_attachments.map((media) => Attachment.fromMedia(media));
    draft.quote = status.quote?.quoted_status ?? null;
    if (status.poll) {
      const rest = status.poll.expires_at ? Math.round((Date.parse(status.poll.expires_at) - Date.now()) / 1000) : A_DAY;
      draft.poll = { ...pollOf(status.poll.options, status.poll.multiple), expires_in: Math.max(300, rest) };
      draft.poll.hide_totals = status.poll.options.some(({ votes_count }) => votes_count === null);
    }
    draft.caret = draft.text.length;
    return draft;
  }

  #defaults(): void {
    const source = store.me?.source;
    this.visibility = source?.privacy ?? 'public';
    this.sensitive = source?.sensitive ?? false;
    this.quotePolicy = source?.quote_policy ?? 'public';
    this.language = source?.language || locale;
  }

  /** Quotes a post; one that only followers see is quoted for no wider circle. */
  setQuote(status: Status): void {
    this.quote = status;
    if (status.visibility === 'private') this.visibility = narrower(this.visibility, 'private');
  }

  /** Has the reader put something in that would be lost? */
  get touched(): boolean {
    return this.text.trim() !== this.#begin.trim() || (!this.editing && (this.media.length > 0 || !!this.poll));
  }

  /** Is it kept for the next time when the window closes? */
  get kept(): boolean {
    return this.#key !== null;
  }

  /** Can anybody but the author quote it at all? */
  get quotable(): boolean {
    return this.visibility === 'public' || this.visibility === 'unlisted';
  }

  attach(files: Iterable<File>): void {
    if (this.poll) return;
    for (const file of files) {
      if (this.media.length >= MOST_MEDIA) return;
      this.media.push(Attachment.fromFile(file));
    }
  }

  detach(attachment: Attachment): void {
    attachment.drop();
    this.media = this.media.filter((one) => one.key !== attachment.key);
  }

  /** Puts a file one place nearer to the first (-1) or the last (1). */
  move(attachment: Attachment, by: 1 | -1): void {
    const at = this.media.findIndex((one) => one.key === attachment.key);
    if (at < 0 || at + by < 0 || at + by >= this.media.length) return;
    this.media = this.media.toSpliced(at, 1).toSpliced(at + by, 0, attachment);
  }

  togglePoll(): void {
    this.poll = this.poll ? null : pollOf([{ title: '' }, { title: '' }], false);
  }

  /** Keeps an unsent post for the next time. */
  remember(): void {
    if (!this.#key) return;
    if (!this.touched) return forget(this.#key);
    keep({
      key: this.#key,
      at: Date.now(),
      text: this.text,
      spoiler: this.spoiler,
      warned: this.warned,
      sensitive: this.sensitive,
      visibility: this.visibility,
      language: this.language,
      poll: $state.snapshot(this.poll),
      media: this.media.flatMap(({ media, description }) => (media ? [{ id: media.id, description }] : [])),
      in_reply_to_id: this.replyTo?.id ?? null,
      quoted_status_id: this.quote?.id ?? null,
    });
  }

  #resume(kept: Kept): void {
    this.text = kept.text;
    this.spoiler = kept.spoiler;
    this.warned = kept.warned;
    this.sensitive = kept.sensitive;
    this.visibility = kept.visibility;
    this.language = kept.language;
    this.poll = kept.poll;
    this.recalled = true;
    void this.#reattach(kept.media);
  }

  /** Files that the server still has; the others are let go. */
  async #reattach(files: Kept['media']): Promise<void> {
    const found = await Promise.all(files.map(({ id }) => get<MediaAttachment>(`/api/v1/media/${id}`).catch(() => null)));
    found.forEach((media, at) => {
      if (media && this.media.length < MOST_MEDIA) this.media.push(Attachment.fromMedia({ ...media, description: files[at]?.description ?? media.description }, false));
    });
  }

  /** Forgets the kept text. */
  forget(): void {
    if (this.#key) forget(this.#key);
  }

  /** Throws away what was taken up again and begins anew. */
  discard(): void {
    this.forget();
    for (const attachment of this.media) attachment.drop();
    this.media = [];
    this.poll = null;
    this.text = this.#begin;
    this.spoiler = this.replyTo?.spoiler_text ?? '';
    this.warned = !!this.spoiler;
    this.recalled = false;
  }

  /** Sends the post (or the edit) and answers it, or what waits for its time. Throws when the server refuses; the draft stays. */
  async send(): Promise<Status | ScheduledStatus> {
    this.sending = true;
    try {
      const common = {
        status: this.text,
        spoiler_text: this.warned ? this.spoiler : '',
        sensitive: this.sensitive || (this.warned && this.media.length > 0),
        language: this.language,
        media_ids: this.media.flatMap(({ media }) => (media ? [media.id] : [])),
        ...(this.poll && { poll: { ...$state.snapshot(this.poll), options: said(this.poll) } }),
      };
      const status = this.editing ? await this.#edit(this.editing, common) : await this.#post(common);
      for (const attachment of this.media) attachment.drop();
      this.forget();
      if (!('scheduled_at' in status)) store.put(status);
      return status;
    } finally {
      this.sending = false;
    }
  }

  async #post(common: Common): Promise<Status | ScheduledStatus> {
    await Promise.all(this.media.map((attachment) => attachment.save()));
    const body = {
      ...common,
      visibility: this.visibility,
      ...(this.replyTo && { in_reply_to_id: this.replyTo.id }),
      ...(this.quote && { quoted_status_id: this.quote.id }),
      ...(this.quotable && { quote_approval_policy: this.quotePolicy }),
      ...(this.scheduled && { scheduled_at: new Date(this.scheduled).toISOString() }),
    };
    return post<Status | ScheduledStatus>('/api/v1/statuses', body, { 'Idempotency-Key': this.#idempotency });
  }

  async #edit(id: Id, common: Common): Promise<Status> {
    const media_attributes = this.media.flatMap(({ media, description, focus }) =>
      media ? [{ id: media.id, description: description.trim(), focus: `${focus.x},${focus.y}` }] : [],
    );
    return put<Status>(`/api/v1/statuses/${id}`, { ...common, media_attributes });
  }
}

type Common = Record<string, string | boolean | string[] | { options: string[]; multiple: boolean; hide_totals: boolean; expires_in: number }>;

function pollOf(options: { title: string }[], multiple: boolean): PollDraft {
  return { options: options.map(({ title }) => title), multiple, hide_totals: false, expires_in: A_DAY };
}
