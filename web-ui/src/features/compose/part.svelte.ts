// One post of what is being written: its words, warning, files and poll. A thread is several of them.
import { get } from '../../app/api';
import type { Id, MediaAttachment } from '../../app/entities';
import { session } from '../../app/session';
import { Attachment } from './attachment.svelte';
import { countCharacters, graphemes } from './count';
import type { KeptPart, KeptPoll } from './kept';

/** Files that one post can carry. */
export const MOST_MEDIA = 4;
export const MOST_OPTIONS = 4;
/** Characters of one option of a poll. */
export const LONGEST_OPTION = 50;
export const A_DAY = 86_400;

export type PollDraft = KeptPoll;

/** Why a poll cannot be sent, and at which of its options that is seen, from 0. */
export interface PollFault {
  why: 'few' | 'equal' | 'long' | 'question';
  at?: number;
}

/** The options of a poll, as they are sent: those that say something. */
function said(poll: PollDraft): string[] {
  return poll.options.map((option) => option.trim()).filter(Boolean);
}

/** A poll asks about two different things at least, in words of which none is too long for the server. */
function faultOf(poll: PollDraft, asked: boolean): PollFault | null {
  const options = poll.options.map((option) => option.trim());
  const long = options.findIndex((option) => graphemes(option) > LONGEST_OPTION);
  if (long >= 0) return { why: 'long', at: long };
  const equal = options.findIndex((option, at) => option && options.indexOf(option) < at);
  if (equal >= 0) return { why: 'equal', at: equal };
  if (said(poll).length < 2) return { why: 'few' };
  return asked ? null : { why: 'question' };
}

export function pollOf(options: { title: string }[], multiple: boolean): PollDraft {
  return { options: options.map(({ title }) => title), multiple, hide_totals: false, expires_in: A_DAY };
}

let next = 1;

export class Part {
  /** Tells the parts of a thread apart while the page is open. */
  readonly key = next++;
  text = $state('');
  spoiler = $state('');
  warned = $state(false);
  sensitive = $state(false);
  media = $state<Attachment[]>([]);
  poll = $state<PollDraft | null>(null);
  /** Where the caret goes first; null for the end. */
  caret: number | null = null;
  /** The same for each try, after a crash too, so that a lost answer makes no second post. */
  idempotency: string = crypto.randomUUID();
  /** It was sent with this key, and what became of it is not known. */
  tried = false;

  readonly length = $derived(countCharacters(this.text, this.warned ? this.spoiler : ''));
  readonly left = $derived(session.max_characters - this.length);
  /** Nothing is said yet. */
  readonly blank = $derived(!this.#worded() && !this.media.length && !(this.poll && said(this.poll).length));
  readonly pollFault = $derived(this.poll && faultOf(this.poll, this.#worded()));
  /** Would the server take it, as far as this can be told here? */
  readonly ready = $derived(this.left >= 0 && this.media.every((one) => one.ready) && !this.pollFault);

  /** The server takes a warning without a text for the text. */
  #worded(): boolean {
    return !!this.text.trim() || (this.warned && !!this.spoiler.trim());
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

  /** What is kept of it while it is unsent. */
  keep(): KeptPart {
    return {
      text: this.text,
      spoiler: this.spoiler,
      warned: this.warned,
      sensitive: this.sensitive,
      poll: $state.snapshot(this.poll),
      media: this.media.flatMap(({ media, description }) => (media ? [{ id: media.id, description }] : [])),
      idempotency: this.idempotency,
      tried: this.tried,
    };
  }

  /** Takes up what was kept. Files come when the server has told of them. */
  resume(kept: KeptPart): this {
    this.text = kept.text;
    this.spoiler = kept.spoiler;
    this.warned = kept.warned;
    this.sensitive = kept.sensitive;
    this.poll = kept.poll;
    this.idempotency = kept.idempotency ?? this.idempotency;
    this.tried = kept.tried ?? false;
    void this.#reattach(kept.media);
    return this;
  }

  /** Files that the server still has; the others are let go. */
  async #reattach(files: KeptPart['media']): Promise<void> {
    const found = await Promise.all(files.map(({ id }) => get<MediaAttachment>(`/api/v1/media/${id}`).catch(() => null)));
    found.forEach((media, at) => {
      if (media && this.media.length < MOST_MEDIA) this.media.push(Attachment.fromMedia({ ...media, description: files[at]?.description ?? media.description }, false));
    });
  }

  /** Lets go of uploads and previews. */
  drop(): void {
    for (const attachment of this.media) attachment.drop();
  }

  /** The fields of the API that are this post's own. */
  fields(): Fields {
    return {
      status: this.text,
      spoiler_text: this.warned ? this.spoiler : '',
      sensitive: this.sensitive || (this.warned && this.media.length > 0),
      media_ids: this.media.flatMap(({ media }) => (media ? [media.id] : [])),
      ...(this.poll && { poll: { ...$state.snapshot(this.poll), options: said(this.poll) } }),
    };
  }
}

export type Fields = {
  status: string;
  spoiler_text: string;
  sensitive: boolean;
  media_ids: Id[];
  poll?: { options: string[]; multiple: boolean; hide_totals: boolean; expires_in: number };
};
