// The one door to the server: JSON over HTTP with the reader's token, time limits and readable errors.
import { parseLinks, type Links } from './links';
import { session } from './session';

/** A refusal of the server, or no answer at all (`status` 0). `message` is fit to be shown. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
  /** Would the same request possibly succeed a little later? */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
  /** What is wrong with each field, by its name. */
  get details(): Details {
    const body = this.body as { details?: Details; error?: { details?: Details } } | null;
    return body?.details ?? body?.error?.details ?? {};
  }
}

/** A code that never changes (`ERR_TOO_LONG`), and words of the server in its own language. */
export type Details = Record<string, { error: string; description: string }[]>;

export interface Page<T> {
  items: T[];
  links: Links;
}

type Value = string | number | boolean | null | undefined | Value[] | { [key: string]: Value };
export type Query = Record<string, string | number | boolean | string[] | undefined>;

/** Longest wait for an answer, in milliseconds. */
const TIMEOUT = 30_000;

function address(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) value.forEach((item) => parameters.append(`${key}[]`, item));
    else if (value !== undefined) parameters.append(key, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function fail(response: Response): Promise<never> {
  const body: unknown = await response.json().catch(() => null);
  throw new ApiError(response.status, told(body) ?? response.statusText, body);
}

/** The sentence in an answer; some wrap it once more, together with its details. */
function told(body: unknown): string | null {
  if (!body || typeof body !== 'object' || !('error' in body)) return null;
  return typeof body.error === 'string' ? body.error : told(body.error);
}

interface Send {
  body?: { [key: string]: Value } | FormData;
  query?: Query;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function send(method: string, path: string, options: Send): Promise<Response> {
  const headers = new Headers(options.headers);
  if (session.token) headers.set('Authorization', `Bearer ${session.token}`);
  let body: BodyInit | null = null;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body) {
    headers.set('Content-Type', 'application/json');
    body = JSON.stringify(options.body);
  }
  const limit = AbortSignal.timeout(TIMEOUT);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body, signal, credentials: 'omit' });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, '');
  }
  return response.ok ? response : fail(response);
}

/** GET one thing. */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await send('GET', path, { ...(query && { query }), ...(signal && { signal }) });
  return (await response.json()) as T;
}

/** GET one thing with the headers it came with. */
export async function getTold<T>(path: string): Promise<{ body: T; headers: Headers }> {
  const response = await send('GET', path, {});
  return { body: (await response.json()) as T, headers: response.headers };
}

/** GET one page of a list and where its neighbours are. */
export async function page<T>(path: string, query?: Query, signal?: AbortSignal): Promise<Page<T>> {
  const response = await send('GET', path, { ...(query && { query }), ...(signal && { signal }) });
  return { items: (await response.json()) as T[], links: parseLinks(response.headers.get('Link')) };
}

export async function post<T>(path: string, body?: Send['body'], headers?: Record<string, string>): Promise<T> {
  return whole(await send('POST', path, { ...(body && { body }), ...(headers && { headers }) }));
}

/** Some deeds are answered with nothing. */
async function whole<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

export async function put<T>(path: string, body: Send['body']): Promise<T> {
  return (await (await send('PUT', path, { ...(body && { body }) })).json()) as T;
}

export async function patch<T>(path: string, body: Send['body']): Promise<T> {
  return (await (await send('PATCH', path, { ...(body && { body }) })).json()) as T;
}

export async function del<T>(path: string, body?: Send['body']): Promise<T> {
  return whole(await send('DELETE', path, { ...(body && { body }) }));
}

/** GET a file and let the browser keep it under this name. */
export async function download(path: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await (await send('GET', path, {})).blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/**
 * Uploads a file and tells how far it is (0 to 1). `fetch` cannot report this yet, hence XMLHttpRequest.
 * Aborting rejects with the signal's reason.
 */
export function upload<T>(
  path: string,
  form: FormData,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<{ status: number; body: T }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    if (session.token) request.setRequestHeader('Authorization', `Bearer ${session.token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300) return resolve({ status, body: response as T });
      reject(new ApiError(status, told(response) ?? request.statusText, response));
    };
    request.onerror = () => reject(new ApiError(0, ''));
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason as Error);
    });
    request.send(form);
  });
}
