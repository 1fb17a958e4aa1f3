// The reader's account as such: password, address, and its end. Shop's own routes.
import { reason } from '../../app/announce.svelte';
import { ApiError, del, get, post } from '../../app/api';
import { t, type MessageKey } from '../../app/i18n';

/** Where mail goes, and what waits for its link to be followed. */
export interface Email {
  email: string;
  unconfirmed_email: string | null;
  /** The owner of the server cannot be deleted. */
  can_delete: boolean;
}

const EMAIL = '/api/shop/v1/email';

export const email = (): Promise<Email> => get<Email>(EMAIL);
export const changeEmail = (email: string, current_password: string): Promise<Email> => post<Email>(EMAIL, { email, current_password });
export const keepEmail = (): Promise<Email> => del<Email>(EMAIL);
export const changePassword = (current_password: string, password: string, revoke_applications: boolean): Promise<unknown> =>
  post('/api/shop/v1/password', { current_password, password, revoke_applications });
export const deleteAccount = (current_password: string): Promise<unknown> => del('/api/shop/v1/account', { current_password });

/** What the server's refusals mean, by field and code. */
const WORDS: Record<string, MessageKey> = {
  'current_password ERR_INVALID': 'account.wrong',
  'password ERR_BLANK': 'account.too-short',
  'password ERR_TOO_SHORT': 'account.too-short',
  'password ERR_TOO_LONG': 'account.too-long',
  'email ERR_BLANK': 'account.bad-email',
  'email ERR_INVALID': 'account.bad-email',
  'email ERR_TAKEN': 'account.taken',
  'code ERR_INVALID': 'two-factor.wrong',
  'code ERR_EXPIRED': 'two-factor.expired',
};

/** A sentence about a refusal, in the reader's language where the server tells what it is about. */
export function refusal(error: unknown): string {
  const body = error instanceof ApiError ? (error.body as { details?: Record<string, { error: string }[]> } | null) : null;
  for (const [field, faults] of Object.entries(body?.details ?? {})) {
    const words = WORDS[`${field} ${faults[0]?.error ?? ''}`];
    if (words) return t(words);
  }
  return reason(error);
}
