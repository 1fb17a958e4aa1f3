// The reader's second factor: a code of an app after the password. Shop's own routes.
import { announcer } from '../../app/announce.svelte';
import { del, get, post } from '../../app/api';
import { t } from '../../app/i18n';

export interface TwoFactor {
  enabled: boolean;
  enabled_at: string | null;
  recovery_codes_left: number;
}

/** What an authenticator app needs; the server shows it once. */
export interface Offer {
  secret: string;
  uri: string;
  /** The same as a picture, in SVG. */
  qr: string;
}

interface Codes {
  recovery_codes: string[];
}

const TWO_FACTOR = '/api/shop/v1/two_factor';

export const twoFactor = (): Promise<TwoFactor> => get<TwoFactor>(TWO_FACTOR);
export const begin = (current_password: string): Promise<Offer> => post<Offer>(TWO_FACTOR, { current_password });
export const confirmCode = async (code: string): Promise<string[]> => (await post<Codes>(`${TWO_FACTOR}/confirmation`, { code })).recovery_codes;
export const renew = async (current_password: string): Promise<string[]> => (await post<Codes>(`${TWO_FACTOR}/recovery_codes`, { current_password })).recovery_codes;
export const switchOff = (current_password: string): Promise<TwoFactor> => del<TwoFactor>(TWO_FACTOR, { current_password });

/** A key as people type it, in groups of four. */
export const grouped = (secret: string): string => secret.replace(/.{4}(?=.)/g, '$& ');

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announcer.toast(t('two-factor.copied'));
  } catch {
    announcer.toast(t('copy.failed'), undefined, 'error');
  }
}

/** Lets the browser keep recovery codes as a file of their own, one a line. */
export function keep(codes: string[]): void {
  const address = URL.createObjectURL(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `recovery-codes-${location.hostname}.txt`;
  link.click();
  URL.revokeObjectURL(address);
}
