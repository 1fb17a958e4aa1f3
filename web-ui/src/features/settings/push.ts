// Notifications while the app is closed: a subscription of this browser, told to the server.
import { ApiError, del, get, post, put } from '../../app/api';
import { instance } from '../../app/instance';

export const ALERTS = ['mention', 'reblog', 'favourite', 'follow', 'follow_request', 'poll', 'status', 'update', 'quote'] as const;
export type Alerts = Partial<Record<(typeof ALERTS)[number], boolean>>;

interface Subscription {
  id: string | number;
  endpoint: string;
  alerts: Alerts;
}

/** Can this browser be woken at all? */
export function possible(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** What this browser is told of; null while it is told of nothing. */
export async function current(): Promise<Alerts | null> {
  const worker = await navigator.serviceWorker.getRegistration();
  if (!(await worker?.pushManager.getSubscription())) return null;
  try {
    return (await get<Subscription>('/api/v1/push/subscription')).alerts;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Asks the reader's leave, subscribes and tells the server; false when the browser says no. */
export async function start(alerts: Alerts): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const { configuration } = await instance();
  const key = configuration.vapid?.public_key;
  const worker = await navigator.serviceWorker.ready;
  if (!key) return false;
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = subscription.toJSON();
  await post<Subscription>('/api/v1/push/subscription', {
    subscription: { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth }, standard: true },
    data: { policy: 'all', alerts },
  });
  return true;
}

export async function change(alerts: Alerts): Promise<void> {
  await put<Subscription>('/api/v1/push/subscription', { data: { policy: 'all', alerts } });
}

export async function stop(): Promise<void> {
  await del('/api/v1/push/subscription');
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
