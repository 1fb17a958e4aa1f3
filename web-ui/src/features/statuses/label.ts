// What a screen reader says for a whole post: one sentence, always in the same order.
import type { Status } from '../../app/entities';
import { spoken, spokenAge, t, together } from '../../app/i18n';
import { plainName } from '../../app/names';
import { plainText } from './content';

export interface LabelOptions {
  now: number;
  /** Is the text behind the warning open? */
  open: boolean;
  /** Names of the filters that cover it. */
  filtered?: string[] | null;
}

/** Name, text (or its warning), poll, media and their descriptions, time, address, visibility, edited, booster. */
export function statusLabel(status: Status, { now, open, filtered = null }: LabelOptions): string {
  const inner = status.reblog ?? status;
  const parts = [plainName(inner.account)];
  if (filtered) return spoken([...parts, t('filter.label', { titles: together(filtered) }), spokenAge(inner.created_at, now)]);
  if (inner.spoiler_text) parts.push(t('label.warning', { text: inner.spoiler_text }));
  if (open || !inner.spoiler_text) {
    const text = plainText(inner.content, !!inner.quote);
    if (text) parts.push(text);
    if (inner.poll) parts.push(t('label.poll', { count: inner.poll.options.length }), ...inner.poll.options.map(({ title }) => title));
    const { media_attachments: media } = inner;
    if (media.length) {
      parts.push(t('label.media', { count: media.length }));
      for (const { description } of media) if (description) parts.push(description);
    }
    const quoted = inner.quote?.quoted_status;
    if (quoted && inner.quote?.state === 'accepted') {
      parts.push(t('label.quotes', { name: plainName(quoted.account), text: quoted.spoiler_text || plainText(quoted.content) }));
    }
  }
  parts.push(spokenAge(inner.created_at, now), `@${inner.account.acct}`);
  if (inner.visibility !== 'public') parts.push(t(`visibility.${inner.visibility}`));
  if (inner.edited_at) parts.push(t('status.edited'));
  if (status.reblog) parts.push(t('status.boosted-by', { name: plainName(status.account) }));
  return spoken(parts);
}
