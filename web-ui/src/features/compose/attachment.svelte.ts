// A picture on its way into a post: upload with progress, waiting for the server's work, its description.
import { ApiError, get, put, upload } from '../../app/api';
import { reason } from '../../app/announce.svelte';
import type { MediaAttachment } from '../../app/entities';

/** Time between two looks at a file that the server still works on, in milliseconds. */
const LOOK = 1_000;
/** Looks before giving up: two minutes. */
const LOOKS = 120;

let next = 1;

export class Attachment {
  readonly key = next++;
  /** 0 to 1 while uploading. */
  progress = $state(0);
  media = $state.raw<MediaAttachment | null>(null);
  error = $state<string | null>(null);
  description = $state('');
  /** What stays in view when the picture is cut: -1 to 1 from left to right and from bottom to top. */
  focus = $state({ x: 0, y: 0 });
  /** Address of the local preview. */
  preview = $state('');
  #stop = new AbortController();
  #file: File | null = null;
  #saved = '';
  #savedFocus = '0,0';

  /** A file of the reader's device; the upload begins at once. */
  static fromFile(file: File): Attachment {
    const attachment = new Attachment();
    attachment.#file = file;
    attachment.preview = URL.createObjectURL(file);
    void attachment.send();
    return attachment;
  }

  /** Something the server has already; `saved` when it also has its description. */
  static fromMedia(media: MediaAttachment, saved = true): Attachment {
    const attachment = new Attachment();
    attachment.media = media;
    attachment.progress = 1;
    attachment.preview = media.preview_url ?? media.url ?? '';
    attachment.description = media.description ?? '';
    attachment.focus = { x: media.meta?.focus?.x ?? 0, y: media.meta?.focus?.y ?? 0 };
    attachment.#savedFocus = attachment.#place;
    if (saved) attachment.#saved = attachment.description;
    return attachment;
  }

  get #place(): string {
    return `${this.focus.x.toFixed(2)},${this.focus.y.toFixed(2)}`;
  }

  /** Does the browser draw the preview as a picture? Sound and film are named instead. */
  get drawable(): boolean {
    return this.#file ? this.#file.type.startsWith('image/') : !!this.preview && this.media?.type !== 'audio';
  }

  get name(): string {
    return this.#file?.name ?? this.media?.type ?? '';
  }

  /** Is it a still picture, which can be cut around a point? */
  get cuttable(): boolean {
    return this.media?.type === 'image';
  }

  get ready(): boolean {
    return !!this.media && this.media.url !== null && !this.error;
  }

  /** Is there a description or a point that the server does not have yet? */
  get changed(): boolean {
    return this.description.trim() !== this.#saved || this.#place !== this.#savedFocus;
  }

  /** Uploads (or tries again). */
  async send(): Promise<void> {
    if (!this.#file) return;
    this.error = null;
    this.progress = 0;
    const form = new FormData();
    form.set('file', this.#file);
    if (this.description.trim()) form.set('description', this.description.trim());
    const told = this.description.trim();
    try {
      const part = (progress: number): void => void (this.progress = progress);
      const { status, body } = await upload<MediaAttachment>('/api/v2/media', form, part, this.#stop.signal);
      this.#saved = told;
      this.media = status === 202 || body.url === null ? await this.#wait(body.id) : body;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.error = reason(error);
    }
  }

  async #wait(id: string): Promise<MediaAttachment> {
    for (let look = 0; look < LOOKS; look += 1) {
      const media = await get<MediaAttachment>(`/api/v1/media/${id}`, undefined, this.#stop.signal);
      if (media.url !== null) return media;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
    throw new ApiError(0, '');
  }

  /** Sends description and point of a picture that is not yet part of a post. */
  async save(): Promise<void> {
    if (!this.media || !this.changed) return;
    const told = this.description.trim();
    const focus = this.#place;
    this.media = await put<MediaAttachment>(`/api/v1/media/${this.media.id}`, { description: told, focus });
    this.#saved = told;
    this.#savedFocus = focus;
  }

  /** Lets go of the upload and the preview. */
  drop(): void {
    this.#stop.abort();
    if (this.#file) URL.revokeObjectURL(this.preview);
  }
}
