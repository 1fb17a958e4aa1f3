// Without a network: the app says so in its own words, keeps what is open, and comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
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
  await page.waitForFunction(async () => {
    const [name] = (await caches.keys()).filter((key) => key.startsWith('shop-'));
    return name && (await (await caches.open(name)).keys()).length > 20;
  });
  const kept = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) all.push(new URL(request.url).pathname);
    return all;
  });
  assert.deepEqual(kept.filter((path) => !path.startsWith('/assets/')), []);
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
