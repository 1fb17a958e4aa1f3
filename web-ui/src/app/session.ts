// Who reads and where: the JSON block that the server puts into index.html.

/** What the server tells a fresh page. `token` and `account_id` are null for guests. */
export interface Session {
  token: string | null;
  account_id: string | null;
  /** Proof for the sign-out form; absent for guests. */
  csrf?: string;
  domain: string;
  title: string;
  /** Base address of the streaming API, `ws://host` or `wss://host`. */
  streaming: string;
  registrations: 'open' | 'approval' | 'closed';
  version: string;
  max_characters: number;
  /** The page was opened without a network: who reads is known, and nothing can be asked for. */
  offline?: boolean;
}

const FALLBACK: Session = {
  token: null,
  account_id: null,
  domain: location.host,
  title: location.host,
  streaming: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`,
  registrations: 'closed',
  version: '',
  max_characters: 500,
};

/** Reads the block; a page without one (or with a broken one) is a guest's page. */
export function readSession(document: Document): Session {
  const text = document.getElementById('shop-session')?.textContent;
  if (!text) return FALLBACK;
  try {
    return { ...FALLBACK, ...(JSON.parse(text) as Partial<Session>) };
  } catch {
    return FALLBACK;
  }
}

export const session: Session = readSession(document);

/** Address of the sign-in page that leads back to where the reader is. */
export function signInAddress(): string {
  return `/auth/sign_in?return_to=${encodeURIComponent(location.pathname + location.search)}`;
}
