// What this server allows: asked for once, when something first depends on it.
import { get } from './api';
import type { Instance } from './entities';

let asked: Promise<Instance> | null = null;

/** The server's own description. Throws when it cannot be had; the next call asks again. */
export function instance(): Promise<Instance> {
  asked ??= get<Instance>('/api/v2/instance').catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}
