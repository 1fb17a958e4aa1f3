// Without a network: the app says so in its own words, keeps what is open, and comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a lost connection is said quietly, and goes when it is back', async () => {
  const other = await openPage(browser, shop);
  let broken = false;
  const open = new Set();
  await other.routeWebSocket(/\/api\/v1\/streaming/, (socket) => {
    if (broken) return void socket.close();
    const server = socket.connectToServer();
    open.add({ close: () => (socket.close(), server.close()) });
  });
  await signIn(other, alice);
  await other.getByRole('heading', { name: 'Home' }).waitFor();
  await until('the stream', () => open.size > 0);
  assert.equal(await other.getByText('Connection lost').count(), 0);
  broken = true;
  for (const socket of open) socket.close();
  await other.getByText('Connection lost. Trying again…').waitFor();
  await assertAccessible(other, 'home without a connection');
  broken = false;
  await other.getByText('Connection lost').waitFor({ state: 'detached', timeout: 60_000 });
  await other.close();
});

test('a device can keep the app under the name of the community', async () => {
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await page.evaluate(async (place) => (await fetch(place)).json(), address);
  assert.equal(manifest.start_url, '/home');
  assert.ok(manifest.name);
  const icon = await fetch(shop.url + manifest.icons[0].src);
  assert.equal(icon.status, 200);
});

test('pages that were never opened work from the kept files; without a network there are words, no session is kept', async () => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await until('the files', () => page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((key) => key.startsWith('shop-'));
    return name && (await (await caches.open(name)).keys()).length > 20;
  }));
  const kept = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) all.push(new URL(request.url).pathname);
    return all;
  });
  assert.deepEqual(kept.filter((path) => !path.startsWith('/assets/') && !['/last-read', '/language'].includes(path)), []);
  await page.reload();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('link', { name: /Appearance/ }).click();
  await page.getByLabel('High contrast').waitFor();
  await page.goto('/notifications');
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Notifications' }).waitFor();
});

test('a new version of the worker takes no open page over, and another language needs no other worker', async () => {
  const registered = () => page.evaluate(async () => {
    const { active, waiting } = await navigator.serviceWorker.getRegistration();
    return { active: active?.scriptURL, waiting: waiting?.state };
  });
  const before = await registered();
  assert.deepEqual(before, { active: `${shop.url}/sw.js`, waiting: undefined });
  await page.goto('/settings/appearance');
  await page.getByLabel('Language of this app').selectOption({ label: 'Deutsch' });
  await page.getByLabel('Sprache dieser App').selectOption('');
  await page.getByLabel('Language of this app').waitFor();
  assert.deepEqual(await registered(), before);

  // To the browser a worker from another address is what a new version is.
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js?next'));
  const both = { ...before, waiting: 'installed' };
  await until('the next version to wait', async () => isDeepStrictEqual(await registered(), both));
  await page.evaluate(() => fetch('/sw.js'));
  assert.deepEqual(await registered(), both);
});

/** All that the browser keeps for reading without a network, as text. */
const keptText = () => page.evaluate(async () => (await (await caches.match('/last-read', { cacheName: 'read' }))?.text()) ?? '');

test('home opens without a network, with the posts seen last and no right to ask for more', async () => {
  await post(page, 'Kept for the train <script>alert(1)</script>');
  await page.goto('/home');
  await article(page, 'Kept for the train').waitFor();
  await until('what was read to be kept', async () => (await keptText()).includes('Kept for the train'));
  const token = await page.evaluate(() => JSON.parse(document.getElementById('shop-session').textContent).token);
  assert.ok(token.length > 20);
  assert.ok(!(await keptText()).includes(token));
  await page.context().setOffline(true);
  await page.goto('/home');
  await page.getByText('No connection. These are the posts you saw on').waitFor();
  await article(page, 'Kept for the train').waitFor();
  assert.equal(await page.evaluate(() => JSON.parse(document.getElementById('shop-session').textContent).token), null);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `home without a network, ${scheme}`);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await page.setViewportSize({ width: 1280, height: 900 });
  // Back in the network the page looks again by itself.
  await page.goto('/home');
  await page.getByText('No connection.').waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'What would you like to say?' }).waitFor();
  assertCalm(page);
});

test('who signs out leaves nothing behind, and who comes next sees their own', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname !== '/home');
  assert.equal(await keptText(), '');
  await page.context().setOffline(true);
  await page.goto('/home');
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await page.context().setOffline(false);
  await signIn(page, await shop.account('bob'));
  await post(page, 'By bob alone');
  await until('what was read to be kept', async () => (await keptText()).includes('By bob alone'));
  await page.context().setOffline(true);
  await page.goto('/home');
  await article(page, 'By bob alone').waitFor();
  assert.equal(await page.getByText('Kept for the train').count(), 0);
  await page.context().setOffline(false);
});

test('a session that ended elsewhere takes what was kept with it', async () => {
  await page.getByRole('button', { name: 'What would you like to say?' }).waitFor();
  await page.context().clearCookies();
  await page.goto('/home');
  await page.getByLabel(/E-mail/).waitFor();
  assert.equal(await keptText(), '');
});

test('what another program shares opens the composer with it, at the address that the manifest names', async () => {
  await signIn(page, alice);
  const { share_target: target } = await (await fetch(`${shop.url}/manifest`)).json();
  assert.equal(target.method, 'GET');
  const address = new URL(target.action, shop.url);
  const shared = { title: 'Ice & ropes', text: 'The harbour "in winter"', url: 'https://news.example/ice?a=1&b=2' };
  for (const [name, value] of Object.entries(shared)) address.searchParams.set(target.params[name], value);
  await page.goto(address.href);
  const text = page.getByLabel('Text of the post');
  await text.waitFor();
  assert.equal(await text.inputValue(), Object.values(shared).join('\n'));
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByRole('heading', { name: 'Post', exact: true }).waitFor();
  await article(page, 'Ice & ropes').waitFor();
  assertCalm(page);
});
