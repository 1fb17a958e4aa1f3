// Posts that the reader had translated, by the server's own translator; kept while the page is open.
import { SvelteMap } from 'svelte/reactivity';
import { post } from '../../app/api';
import type { Id, Status, Translation } from '../../app/entities';
import { locale } from '../../app/i18n';
import { instance } from '../../app/instance';
import { session } from '../../app/session';

/** Translations kept at once; the oldest goes first. */
const MOST = 200;

class Translations {
  #known = new SvelteMap<Id, Translation>();
  /** Posts whose translation is on the screen. */
  #shown = new SvelteMap<Id, string | null>();
  #enabled = $state(false);
  #asked = false;

  /** Can this post be translated here? The server is asked when the first one in another language comes along. */
  offered({ language, visibility, content, spoiler_text }: Status): boolean {
    if (!session.token || !language || language.split('-')[0] === locale.split('-')[0]) return false;
    if ((visibility !== 'public' && visibility !== 'unlisted') || !(content || spoiler_text)) return false;
    this.#ask();
    return this.#enabled;
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    // Out of the way of what is being drawn.
    queueMicrotask(() => instance().then(({ configuration }) => (this.#enabled = configuration.translation?.enabled === true), () => (this.#asked = false)));
  }

  /** The post with the words that the reader asked for: text, warning, options of the poll, descriptions. */
  apply(status: Status): Status {
    const translation = this.of(status);
    if (!translation) return status;
    const { content, spoiler_text, language } = translation;
    const options = translation.poll?.options ?? [];
    const described = new Map(translation.media_attachments.map(({ id, description }) => [id, description]));
    return {
      ...status,
      content,
      spoiler_text,
      language,
      ...(status.poll && { poll: { ...status.poll, options: status.poll.options.map((option, at) => ({ ...option, title: options[at]?.title ?? option.title })) } }),
      media_attachments: status.media_attachments.map((one) => ({ ...one, description: described.get(one.id) ?? one.description })),
    };
  }

  /** The translation that is on the screen. An edited post is read anew. */
  of(status: Status): Translation | undefined {
    return this.#shown.has(status.id) && this.#shown.get(status.id) === status.edited_at ? this.#known.get(status.id) : undefined;
  }

  /** Shows a translation. Throws when there is none. */
  async show({ id, edited_at }: Status): Promise<void> {
    if (!this.#known.has(id) || this.#shown.get(id) !== edited_at) this.#known.set(id, await post<Translation>(`/api/v1/statuses/${id}/translate`, { lang: locale }));
    this.#shown.set(id, edited_at);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
      this.#shown.delete(oldest);
    }
  }

  hide({ id }: Status): void {
    this.#shown.delete(id);
    this.#known.delete(id);
  }
}

export const translations = new Translations();
