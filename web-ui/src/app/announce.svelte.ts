// What the app tells without being asked: a line for the screen reader, and quiet toasts for the eye.
import { ApiError } from './api';
import { t } from './i18n';

export interface Toast {
  id: number;
  text: string;
  kind: 'plain' | 'error';
  action?: { label: string; run: () => void };
}

/** At most this many toasts at once; the oldest goes. */
const MOST = 3;

class Announcer {
  /** Text of the polite live region. */
  line = $state('');
  toasts = $state<Toast[]>([]);
  #next = 1;

  /** Says `text` to a screen reader, politely. A blank in between makes the same text heard twice. */
  say(text: string): void {
    this.line = '';
    setTimeout(() => (this.line = text), 50);
  }

  toast(text: string, action?: Toast['action'], kind: Toast['kind'] = 'plain'): void {
    const toast: Toast = { id: this.#next++, text, kind, ...(action && { action }) };
    this.toasts = [...this.toasts.slice(1 - MOST), toast];
  }

  /** Tells that something failed, and offers to try it again when that may help. */
  failed(error: unknown, retry?: () => void): void {
    const action = retry && { label: t('toast.retry'), run: retry };
    this.toast(reason(error), action, 'error');
  }

  drop(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}

export const announcer = new Announcer();

/** A sentence for the reader about why something failed. */
export function reason(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unexpected');
  if (error.status === 0) return t('error.unreachable');
  if (error.status === 401) return t('error.signed-out');
  if (error.status === 429) return t('error.too-many');
  if (error.status >= 500) return t('error.server');
  return error.message || t('error.unexpected');
}
