// What the client API of others has no words for: the language of mails, what they tell of, and the time zone.
import { get, patch } from '../../app/api';

export const MAILS = ['mention', 'follow', 'follow_request', 'quote', 'reblog', 'favourite'] as const;

export interface Preferences {
  /** In which the server writes to its reader. */
  locale: string;
  time_zone: string | null;
  notification_emails: Record<(typeof MAILS)[number], boolean>;
  always_send_emails: boolean;
  emails_available: boolean;
}

export function preferences(): Promise<Preferences> {
  return get<Preferences>('/api/shop/v1/preferences');
}

export function prefer(change: { locale?: string; time_zone?: string; notification_emails?: Partial<Preferences['notification_emails']>; always_send_emails?: boolean }): Promise<Preferences> {
  return patch<Preferences>('/api/shop/v1/preferences', change);
}
