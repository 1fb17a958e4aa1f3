// What is being written, of one post or several in a row: its circumstances, whether it may be sent, and the sending.
import { ApiError, get, post, put } from '../../app/api';
import type { Id, QuotePolicy, ScheduledStatus, Status, StatusSource, Visibility } from '../../app/entities';
import { locale } from '../../app/i18n';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import { Attachment } from './attachment.svelte';
import { addressed, leading, narrower } from './audience';
import type { Opening } from './compose.svelte';
import { forget, keep, recall, type Kept } from './kept';
import { A_DAY, Part, pollOf } from './part.svelte';

/** Posts that are written together. */
export const MOST_PARTS = 25;

export class Draft {
  /** The posts in their order; one, unless a thread is written. */
  parts = $state.raw<Part[]>([new Part()]);
  visibility = $state<Visibility>('public');
  language = $state<string>(locale);
  sending = $state(false);
  /** Posts of this thread that were sent already. */
  sent = $state(0);
  /** Taken up again from an earlier time. */
  recalled = $state(false);
  replyTo = $state.raw<Status | null>(null);
  quote = $state.raw<Status | null>(null);
  /** Who may quote it. */
  quotePolicy = $state<QuotePolicy>('public');
  /** When it is posted, as the field of the form has it (local time); empty for at once. */
  scheduled = $state('');
  editing: Id | null = null;
  #begin = '';
  /** Under which name it is kept while unsent; an edit is not. */
  #key: string | null = 'new';

  /** What would be sent: posts that say something. A quote says something by itself. */
  readonly said = $derived(this.parts.filter((part, at) => !part.blank || (at === 0 && this.quote)));
  readonly sendable = $derived(this.said.length > 0 && this.said.every(({ ready }) => ready) && !this.sending);

  /** The first post, to which reply and quote belong. */
  get head(): Part {
    return this.parts[0] as Part;
  }

  /** A new post, reply or mention; an unsent one of the same place is taken up again. */
  static begin({ replyTo, mention, quote, about, direct }: Opening = {}): Draft {
    const draft = new Draft();
    const { head } = draft;
    draft.#defaults();
    if (replyTo) {
      draft.#key = `reply:${replyTo.id}`;
      draft.replyTo = replyTo;
      draft.visibility = narrower(draft.visibility, replyTo.visibility);
      head.spoiler = replyTo.spoiler_text;
      head.warned = !!replyTo.spoiler_text;
      draft.language = replyTo.language ?? draft.language;
      head.text = addressed(replyTo, session.account_id).map((acct) => `${acct} `).join('');
    } else if (mention) {
      // What is meant for one alone is kept apart: it must not come back as a post for all.
      draft.#key = `${direct ? 'direct' : 'mention'}:${mention.id}`;
      if (direct) draft.visibility = 'direct';
      head.text = `@${mention.acct} `;
    } else if (quote) {
      draft.#key = `quote:${quote.id}`;
      draft.setQuote(quote);
    } else if (about) {
      draft.#key = `about:${about}`;
      head.text = `\n\n${about}`;
      head.caret = 0;
    } else if (direct) {
      draft.#key = 'direct';
      draft.visibility = 'direct';
    }
    draft.#begin = head.text;
    const kept = draft.#key && recall(draft.#key);
    if (kept) draft.#resume(kept);
    return draft;
  }

  /** An unsent post from the list of drafts. What it replies to is asked for anew; without it, it stands alone. */
  static async resume(kept: Kept): Promise<Draft> {
    const draft = new Draft();
    draft.#key = kept.key;
    if (kept.in_reply_to_id) draft.replyTo = await get<Status>(`/api/v1/statuses/${kept.in_reply_to_id}`).catch(() => null);
    if (kept.quoted_status_id) draft.quote = await get<Status>(`/api/v1/statuses/${kept.quoted_status_id}`).catch(() => null);
    draft.#resume(kept);
    return draft;
  }

  /** A deleted post to be written anew, with what the deletion answered. */
  static async redraft(deleted: Status): Promise<Draft> {
    const draft = new Draft();
    draft.#key = `redraft:${deleted.id}`;
    draft.#show(deleted, deleted.text ?? '', deleted.spoiler_text, false);
    if (deleted.in_reply_to_id) draft.replyTo = await get<Status>(`/api/v1/statuses/${deleted.in_reply_to_id}`).catch(() => null);
    draft.remember();
    return draft;
  }

  /** An own post, with its text as it was typed. */
  static async edit(status: Status): Promise<Draft> {
    const source = await get<StatusSource>(`/api/v1/statuses/${status.id}/source`);
    const draft = new Draft();
    draft.#key = null;
    draft.editing = status.id;
    draft.#begin = source.text;
    draft.#show(status, source.text, source.spoiler_text, true);
    const { poll } = draft.head;
    if (poll && status.poll) {
      const rest = status.poll.expires_at ? Math.round((Date.parse(status.poll.expires_at) - Date.now()) / 1000) : A_DAY;
      poll.expires_in = Math.max(300, rest);
      poll.hide_totals = status.poll.options.some(({ votes_count }) => votes_count === null);
    }
    return draft;
  }

  /** Fills the form with a post; `saved` when its files keep what they are described as. */
  #show(status: Status, text: string, spoiler: string, saved: boolean): void {
    const { head } = this;
    head.text = text;
    head.spoiler = spoiler;
    head.warned = !!spoiler;
    head.sensitive = status.sensitive;
    head.media = status.media_attachments.map((media) => Attachment.fromMedia(media, saved));
    if (status.poll) head.poll = pollOf(status.poll.options, status.poll.multiple);
    this.visibility = status.visibility;
    this.language = status.language ?? locale;
    this.quote = status.quote?.quoted_status ?? null;
  }

  #defaults(): void {
    const source = store.me?.source;
    this.visibility = source?.privacy ?? 'public';
    this.head.sensitive = source?.sensitive ?? false;
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
    const { text, media, poll } = this.head;
    return text.trim() !== this.#begin.trim() || (!this.editing && (media.length > 0 || !!poll || this.parts.slice(1).some(({ blank }) => !blank)));
  }

  /** Is it kept for the next time when the window closes? */
  get kept(): boolean {
    return this.#key !== null;
  }

  /** Where the same post goes on being written on a page of its own; null for an edit, which is not kept. */
  get address(): string | null {
    if (!this.#key) return null;
    const query = this.replyTo ? { reply: this.replyTo.id } : this.quote ? { quote: this.quote.id } : { draft: this.#key };
    return `/publish?${new URLSearchParams(query).toString()}`;
  }

  /** Can anybody but the author quote it at all? */
  get quotable(): boolean {
    return this.visibility === 'public' || this.visibility === 'unlisted';
  }

  /** May another post follow? */
  get extensible(): boolean {
    return !this.editing && !this.scheduled && this.parts.length < MOST_PARTS;
  }

  /** Puts a post behind `part`, under the same warning and, in private, for the same people; answers it. */
  extend(part: Part): Part {
    const added = new Part();
    added.spoiler = part.spoiler;
    added.warned = part.warned;
    added.sensitive = store.me?.source?.sensitive ?? false;
    if (this.visibility === 'direct') added.text = leading(part.text);
    this.parts = this.parts.toSpliced(this.parts.indexOf(part) + 1, 0, added);
    return added;
  }

  /** Takes one post of the thread out. */
  take(part: Part): void {
    if (this.parts.length < 2) return;
    part.drop();
    this.parts = this.parts.filter((one) => one !== part);
  }

  /** Keeps an unsent post for the next time. */
  remember(): void {
    if (!this.#key) return;
    if (!this.touched) return forget(this.#key);
    const [head, ...rest] = this.parts.map((part) => part.keep());
    if (!head) return;
    keep({
      ...head,
      key: this.#key,
      at: Date.now(),
      visibility: this.visibility,
      language: this.language,
      quote_policy: this.quotePolicy,
      in_reply_to_id: this.replyTo?.id ?? null,
      quoted_status_id: this.quote?.id ?? null,
      ...(rest.length && { rest }),
    });
  }

  #resume(kept: Kept): void {
    this.head.resume(kept);
    this.parts = [this.head, ...(kept.rest ?? []).map((part) => new Part().resume(part))];
    this.visibility = kept.visibility;
    this.language = kept.language;
    this.quotePolicy = kept.quote_policy ?? this.quotePolicy;
    this.recalled = true;
  }

  /** Forgets the kept text. */
  forget(): void {
    if (this.#key) forget(this.#key);
  }

  /** Throws away what was taken up again and begins anew. */
  discard(): void {
    this.forget();
    for (const part of this.parts) part.drop();
    const head = new Part();
    head.text = this.#begin;
    head.spoiler = this.replyTo?.spoiler_text ?? '';
    head.warned = !!head.spoiler;
    this.parts = [head];
    this.recalled = false;
  }

  /**
   * Sends the posts in their order, each as a reply to the one before, and tells of each that was taken. Throws when
   * the server refuses one: that one and those behind it stay, as a reply to what was sent. Answers the first of them.
   */
  async send(taken: (status: Status) => void = () => {}): Promise<Status | ScheduledStatus> {
    this.sending = true;
    this.sent = 0;
    // The key of each try is kept with its words before the server hears of it.
    this.remember();
    try {
      const parts = this.said;
      let first: Status | ScheduledStatus | null = null;
      for (const part of parts) {
        const status = this.editing ? await this.#edit(this.editing, part) : await this.#post(part);
        first ??= status;
        part.drop();
        if ('scheduled_at' in status) continue;
        store.put(status);
        if (part !== parts.at(-1)) this.#advance(part, status);
        taken(status);
      }
      this.forget();
      this.#key = null;
      return first as Status | ScheduledStatus;
    } finally {
      this.sending = false;
    }
  }

  /** What is left of a thread replies to the post that was just taken, and is kept as such before the whole is forgotten. */
  #advance(part: Part, status: Status): void {
    const before = this.#key;
    this.sent += 1;
    this.#key = `reply:${status.id}`;
    this.#begin = '';
    this.parts = this.parts.slice(this.parts.indexOf(part) + 1);
    this.replyTo = status;
    this.quote = null;
    this.remember();
    if (before) forget(before);
  }

  async #post(part: Part): Promise<Status | ScheduledStatus> {
    await Promise.all(part.media.map((attachment) => attachment.save()));
    const body = {
      ...part.fields(),
      language: this.language,
      visibility: this.visibility,
      ...(this.replyTo && { in_reply_to_id: this.replyTo.id }),
      ...(this.quote && part === this.head && { quoted_status_id: this.quote.id }),
      ...(this.quotable && { quote_approval_policy: this.quotePolicy }),
      ...(this.scheduled && { scheduled_at: new Date(this.scheduled).toISOString() }),
    };
    const again = part.tried;
    part.tried = true;
    this.remember();
    let status: Status | ScheduledStatus;
    try {
      status = await post<Status | ScheduledStatus>('/api/v1/statuses', body, { 'Idempotency-Key': part.idempotency });
    } catch (error) {
      // A refusal says that nothing was taken; no answer leaves it open.
      if (error instanceof ApiError && !error.passing) part.tried = false;
      throw error;
    }
    return again && !('scheduled_at' in status) ? this.#catchUp(status, part) : status;
  }

  /** An earlier try may have been taken with other words than those of now, which come as an edit then. */
  async #catchUp(status: Status, part: Part): Promise<Status> {
    const { text, spoiler_text } = await get<StatusSource>(`/api/v1/statuses/${status.id}/source`);
    const files = (list: { id: Id }[]): string => list.map(({ id }) => id).join();
    const { status: wanted, spoiler_text: warning, media_ids } = part.fields();
    const same = text.trim() === wanted.trim() && spoiler_text === warning && files(status.media_attachments) === media_ids.join();
    return same ? status : this.#edit(status.id, part);
  }

  async #edit(id: Id, part: Part): Promise<Status> {
    const media_attributes = part.media.flatMap(({ media, description, focus }) =>
      media ? [{ id: media.id, description: description.trim(), focus: `${focus.x},${focus.y}` }] : [],
    );
    return put<Status>(`/api/v1/statuses/${id}`, { ...part.fields(), language: this.language, media_attributes });
  }
}
