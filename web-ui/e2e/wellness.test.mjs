// Less of everything: no counts, no marks, no colours, quiet hours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let page;
let token;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  await shop.account('bob');
  token = await shop.token('bob', 'read write follow');
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  await post(page, 'The ice is thick');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** What bob does. */
async function bob(path, body = {}) {
  const answer = await fetch(`${shop.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.ok(answer.ok, path);
  return answer.json();
}
const dot = () => page.locator('nav .dot').locator('visible=true');
/** The time of day so many hours from now, for a field. */
const hours = (by) => page.evaluate((ahead) => new Date(Date.now() + ahead * 3_600_000).toTimeString().slice(0, 5), by);

test('counts are nowhere when they are hidden', async () => {
  await page.goto('/settings');
  await page.getByRole('link', { name: /^Wellness/ }).click();
  await page.getByRole('heading', { name: 'Wellness' }).waitFor();
  await assertAccessible(page, 'wellness');
  await page.goto('/@alice');
  await page.getByText(/^1 post$/).waitFor();
  await article(page, 'The ice is thick').getByRole('link', { name: /now|\dm/ }).click();
  await page.getByRole('link', { name: '0 boosts' }).waitFor();
  await page.goto('/settings/wellness');
  await page.getByLabel('Hide counts').check();
  await page.goto('/@alice');
  await page.getByRole('link', { name: 'Followers', exact: true }).waitFor();
  assert.equal(await page.getByText(/^\d+ (post|follower)s?$/).count(), 0);
  await article(page, 'The ice is thick').getByRole('link', { name: /now|\dm/ }).click();
  await page.getByRole('link', { name: 'Boosted by', exact: true }).waitFor();
  assert.equal(await page.getByText(/\d+ boosts?/).count(), 0);
});

test('colours go, from windows too', async () => {
  await page.goto('/settings/wellness');
  await page.getByLabel('No colours').check();
  const filter = (selector) => page.evaluate((one) => getComputedStyle(document.querySelector(one)).filter, selector);
  assert.equal(await filter(':root'), 'grayscale(1)');
  await page.reload();
  assert.equal(await filter(':root'), 'grayscale(1)');
  await page.goto('/home');
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'New post' }).waitFor();
  assert.equal(await filter('dialog'), 'grayscale(1)');
  await assertAccessible(page, 'home in grey');
  await page.keyboard.press('Escape');
});

test('in quiet hours nothing marks what is new, and outside of them it does', async () => {
  await page.goto('/settings/wellness');
  await page.getByLabel('Quiet hours').check();
  await page.getByLabel('From').fill(await hours(-1));
  await page.getByLabel('Until').fill(await hours(1));
  await assertAccessible(page, 'wellness with quiet hours');
  const { id } = (await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=alice`)).json());
  const marked = page.waitForEvent('websocket');
  await page.goto('/home');
  const socket = await marked;
  const heard = socket.waitForEvent('framereceived', ({ payload }) => String(payload).includes('"notification"'));
  await bob(`/api/v1/accounts/${id}/follow`);
  await heard;
  await article(page, 'The ice is thick').first().waitFor();
  assert.equal(await dot().count(), 0);
  assert.ok(!(await page.title()).startsWith('('));
  const asked = await until('the hours in the cache', () => page.evaluate(async () => (await caches.match('/quiet-hours', { cacheName: 'quiet' }))?.json()));
  assert.equal(asked.until, await page.evaluate(() => JSON.parse(localStorage.getItem('shop:prefs')).quietUntil));

  await page.goto('/settings/wellness');
  await page.getByLabel('From').fill(await hours(2));
  await page.getByLabel('Until').fill(await hours(3));
  await dot().waitFor();
  await until('the title', async () => (await page.title()).startsWith('('));
  await page.getByLabel('No badges').check();
  await dot().waitFor({ state: 'detached' });
  await page.getByLabel('Quiet hours').uncheck();
  await until('the worker to know', () => page.evaluate(async () => (await caches.match('/quiet-hours', { cacheName: 'quiet' })) === undefined));
});

test('kinds of notifications are muted on the page for it', async () => {
  await page.getByRole('link', { name: /^Mute kinds of notifications/ }).click();
  await page.getByRole('heading', { name: 'Who may notify you' }).waitFor();
  assertCalm(page);
});
