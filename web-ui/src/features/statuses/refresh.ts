// Replies that the server is fetching from others while a thread is read (entities: AsyncRefresh).
import { get } from '../../app/api';

/** Looks at one refresh; each waits twice as long as the one before. */
const LOOKS = 6;

export interface Refresh {
  id: string;
  /** Seconds to wait before the first look. */
  retry: number;
}

interface Answer {
  async_refresh: { id: string; status: 'running' | 'finished'; result_count: number | null };
}

/** Reads `Mastodon-Async-Refresh`, a dictionary of RFC 8941; null without one that names a refresh. */
export function refreshOf(header: string | null): Refresh | null {
  const id = /(?:^|[,\s])id="([^"\\]+)"/.exec(header ?? '')?.[1];
  const retry = Number(/(?:^|[,\s])retry=(\d{1,4})(?!\d)/.exec(header ?? '')?.[1] ?? 3);
  return id ? { id, retry: Math.max(1, retry) } : null;
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Waits until the server is done, and answers how much it found; 0 when it takes too long or nobody waits any more. */
export async function found({ id, retry }: Refresh, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    await pause(retry * 2 ** look, signal);
    if (signal.aborted) return 0;
    const { async_refresh: now } = await get<Answer>(`/api/v1_alpha/async_refreshes/${encodeURIComponent(id)}`, undefined, signal);
    count = now.result_count ?? 0;
    if (now.status === 'finished') break;
  }
  return count;
}
