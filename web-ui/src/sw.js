// The service worker: keeps the files of the app, so that it opens fast, survives an upgrade under an open page, and
// says in its own words that there is no network. Pages themselves carry a session and are never kept; without a network
// home opens from the files alone, with the posts that its reader saw last and without the right to ask for anything.
const VERSION = '__VERSION__';
/** The page without a network, by language; its sheet is one of the files. */
const OFFLINE = __OFFLINE__;
const FILES = __FILES__;
/** The files with the words of a language; kept are those of the language that the app speaks. */
const WORDS = __WORDS__;
const KNOWN = new Set([...FILES, ...Object.values(WORDS).flat()]);
const CACHE = `shop-${VERSION}`;
/** index.html as it was built, and where the session goes in it. */
const SHELL = __SHELL__;
const PLACE = '<!--shop:session-->';
/** What the reader saw last (`features/timelines/last-read.ts` keeps it), until they sign out. */
const READ = 'read';
const LAST = '/last-read';
/** The language of the app, which tells it when it opens. */
const SPOKEN = 'language';
const LANGUAGE = '/language';
/** Hours in which notes make no sound. */
const QUIET = 'quiet';
const HOURS = '/quiet-hours';
/** As the server sends it with its pages. */
const POLICY = "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

// A new version waits until no page of the one before is open: to take its place in the middle would break off what
// such a page is loading.
self.addEventListener('install', (event) => event.waitUntil(language().then((spoken) => keep([...FILES, ...words(spoken)]))));

self.addEventListener('message', (event) => {
  const { language: spoken } = event.data ?? {};
  if (Object.hasOwn(WORDS, spoken)) event.waitUntil(Promise.all([note(spoken), keep(WORDS[spoken])]));
});

const words = (spoken) => WORDS[spoken] ?? [];

/** A kindness to slow networks: what fails now is fetched when it is wanted. */
async function keep(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(files.map((file) => cache.match(file).then((known) => known ?? cache.add(file)).catch(() => {})));
}

async function note(spoken) {
  await (await caches.open(SPOKEN)).put(LANGUAGE, new Response(spoken));
}

async function language() {
  return (await caches.match(LANGUAGE, { cacheName: SPOKEN }))?.text();
}

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // The files of the version before stay for pages that are still open.
      const names = (await caches.keys()).filter((name) => name.startsWith('shop-') && name !== CACHE);
      await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // Whoever signs out, or is asked to sign in, leaves nothing behind for the next one.
  if (url.pathname === '/auth/sign_out' || url.pathname === '/auth/sign_in') event.waitUntil(caches.delete(READ));
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => withoutNetwork(url)));
  } else if (KNOWN.has(url.pathname)) {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((known) => known ?? fetch(request)));
  }
});

async function withoutNetwork({ pathname }) {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
  const last = pathname === '/' || pathname === '/home' ? await caches.match(LAST, { cacheName: READ }) : undefined;
  if (!last) return new Response(OFFLINE[await language()] ?? OFFLINE.en, { headers });
  const { session } = await last.json();
  // No character can end the element or begin another.
  const json = JSON.stringify({ ...session, token: null, offline: true }).replace(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Response(SHELL.replace(PLACE, () => `<script id="shop-session" type="application/json">${json}</script>`), { headers });
}

// News while the app is closed: the server wakes the browser with a few words.
self.addEventListener('push', (event) => {
  let news = {};
  try {
    news = event.data?.json() ?? {};
  } catch {
    // A message that cannot be read still says that there is something new.
  }
  const { title = 'News', body = '', icon, notification_id: tag } = news;
  event.waitUntil(
    quiet().then((silent) => self.registration.showNotification(title, { body, icon, badge: '/assets/icon.svg', silent, ...(tag && { tag: String(tag) }) })),
  );
});

/** Is it one of the reader's quiet hours (`app/quiet.svelte.ts` keeps them)? */
async function quiet() {
  try {
    const { from, until } = await (await caches.match(HOURS, { cacheName: QUIET })).json();
    const now = new Date().toTimeString().slice(0, 5);
    return from <= until ? from <= now && now < until : now >= from || now < until;
  } catch {
    return false;
  }
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      const [client] = open;
      if (!client) return self.clients.openWindow('/notifications');
      await client.focus();
      return client.navigate('/notifications').catch(() => self.clients.openWindow('/notifications'));
    })(),
  );
});
