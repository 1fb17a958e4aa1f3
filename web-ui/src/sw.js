// The service worker: keeps the files of the app, so that it opens fast, survives an upgrade under an open page, and
// says in its own words that there is no network. Pages themselves carry a session and are never kept.
const VERSION = '__VERSION__';
const FILES = __FILES__;
/** The page without a network; its sheet is one of the files. */
const OFFLINE = __OFFLINE__;
const CACHE = `shop-${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // The rest is a kindness to slow networks: what fails now is fetched when it is wanted.
      await Promise.all(FILES.map((file) => cache.match(file).then((known) => known ?? cache.add(file)).catch(() => {})));
      await self.skipWaiting();
    })(),
  );
});

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
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => new Response(OFFLINE, { headers: { 'content-type': 'text/html; charset=utf-8' } })));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((known) => known ?? fetch(request)));
  }
});

// News while the app is closed: the server wakes the browser with a few words.
self.addEventListener('push', (event) => {
  let news = {};
  try {
    news = event.data?.json() ?? {};
  } catch {
    // A message that cannot be read still says that there is something new.
  }
  const { title = 'News', body = '', icon, notification_id: tag } = news;
  event.waitUntil(self.registration.showNotification(title, { body, icon, badge: '/assets/icon.svg', ...(tag && { tag: String(tag) }) }));
});

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
