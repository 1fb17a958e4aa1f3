// People whom the moderators have hidden: a cover in place of their profile, which follows and a click take away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

const COVER = /^This profile is hidden by the moderators of localhost:\d+$/;
let browser;
let here;
let there;
let alice;
let page;
let address;
before(async () => {
  [browser, here, there] = await Promise.all([openBrowser(), Shop.start(), Shop.start()]);
  alice = await here.account('alice');
  address = `/@bob@${there.domain}`;
  const bob = await openPage(browser, there);
  await signIn(bob, await there.account('bob'));
  // Alice follows, so that a post arrives.
  page = await openPage(browser, here);
  await signIn(page, alice);
  await page.goto(address);
  await page.getByRole('button', { name: 'Follow bob' }).click();
  await page.getByRole('button', { name: 'Following bob' }).waitFor();
  const ask = async (url) => (await fetch(url)).json();
  await until('the follow', async () => (await ask(`${there.url}/api/v1/accounts/lookup?acct=bob`)).followers_count === 1);
  await post(bob, 'Shouting at the harbour');
  const { id } = await ask(`${here.url}/api/v1/accounts/lookup?acct=bob@${there.domain}`);
  await until('the post', async () => (await ask(`${here.url}/api/v1/accounts/${id}/statuses`)).length);
  await bob.context().close();
  // Carol follows too: her list shows him to others.
  await here.account('carol');
  const token = await here.token('carol', 'read write follow');
  await fetch(`${here.url}/api/v1/accounts/${id}/follow`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  await until('the follow', async () => (await ask(`${here.url}/api/v1/accounts/lookup?acct=carol`)).following_count === 1);
  await here.limit(there.domain);
  await until('the rule', async () => (await ask(`${here.url}/api/v1/accounts/${id}`)).limited);
});
after(async () => {
  await browser?.close();
  await Promise.all([here?.stop(), there?.stop()]);
});

test('whoever follows a hidden person sees them as before', async () => {
  await page.goto(address);
  await article(page, 'Shouting at the harbour').waitFor();
  assert.equal(await page.getByText(COVER).count(), 0);
});

test('nobody else sees their words, their name or their posts, nor loads them, before they ask', async () => {
  await page.getByRole('button', { name: 'Following bob' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unfollow' }).click();
  await page.getByText(COVER).waitFor();
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const tab of ['', '/with_replies', '/media', '/featured']) {
    await page.goto(address + tab);
    await page.getByText(COVER).waitFor();
    await page.waitForLoadState('networkidle');
  }
  assert.deepEqual(asked.filter((path) => /\/accounts\/\d+\//.test(path)), []);
  assert.equal(await page.locator('main').getByRole('article').count(), 0);
  assert.equal(await page.getByRole('region', { name: /^Profile of/ }).count(), 0);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `the cover of a hidden profile, ${scheme}`);
  }
});

test('lists of people of somebody hidden have the cover too, and are not loaded before', async () => {
  const asked = [];
  const listen = (request) => asked.push(new URL(request.url()).pathname);
  page.on('request', listen);
  for (const list of ['/followers', '/following', '/collections']) {
    await page.goto(address + list);
    await page.getByText(COVER).waitFor();
    await page.waitForLoadState('networkidle');
  }
  assert.deepEqual(asked.filter((path) => /\/accounts\/\d+\//.test(path)), []);
  page.off('request', listen);
  await page.goto(`${address}/followers`);
  await page.getByRole('button', { name: 'Show anyway' }).press('Enter');
  await page.locator('h1:focus').getByText('Followers').waitFor();
  await page.getByRole('article', { name: /@carol/ }).waitFor();
  assert.equal(await page.getByText(COVER).count(), 0);
});

test('among other people somebody hidden has an address and nothing more, for the ear too', async () => {
  await page.goto('/@carol/following');
  const row = page.getByRole('article');
  await row.getByText(COVER).waitFor();
  assert.equal(await row.getAttribute('aria-label'), `@bob@${there.domain}`);
  assert.equal(await row.locator('img').count(), 0);
  assert.equal(await row.locator('strong').count(), 0);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `a hidden person among others, ${scheme}`);
  }
  await row.getByRole('button', { name: 'Show anyway' }).press('Enter');
  await row.locator('strong').getByText('bob').waitFor();
  await row.locator('a.who:focus').waitFor();
  await row.getByRole('button', { name: 'Follow bob' }).waitFor();
});

test('the card of somebody hidden is covered, until it is asked for', async () => {
  await page.goto('/@carol/following');
  await page.getByRole('article').getByRole('link').hover();
  const card = page.locator('[data-hover-card]');
  await card.getByText(COVER).waitFor();
  assert.equal(await card.locator('img, strong').count(), 0);
  await assertAccessible(page, 'the card of a hidden person');
  await card.getByRole('button', { name: 'Show anyway' }).click();
  await card.locator('strong').getByText('bob').waitFor();
  await card.getByRole('button', { name: 'Follow bob' }).waitFor();
  assertCalm(page);
});

test('a click shows it, for as long as the page is open, with the focus on who it is', async () => {
  await page.goto(address);
  await page.getByRole('button', { name: 'Show anyway' }).press('Enter');
  await article(page, 'Shouting at the harbour').waitFor();
  await page.locator('h1:focus').getByText('bob').waitFor();
  await page.getByText('Posts that never came here are missing.').getByRole('link', { name: `See all on ${there.domain}` }).waitFor();
  await page.getByRole('link', { name: 'Media', exact: true }).click();
  await page.waitForURL(/media$/);
  assert.equal(await page.getByText(COVER).count(), 0);
  await page.reload();
  await page.getByText(COVER).waitFor();
  assertCalm(page);
});

test('a phone, and who is not told what they are to somebody, have the cover too', async () => {
  const other = await openPage(browser, here, { viewport: PHONE, locale: 'ar' });
  await signIn(other, alice);
  await other.route('**/api/v1/accounts/relationships*', (route) => route.abort());
  await other.goto(address);
  const show = other.locator('main .empty button');
  await show.waitFor();
  assert.ok((await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await assertAccessible(other, 'the cover on a phone, in Arabic');
  await show.click();
  await article(other, 'Shouting at the harbour').waitFor();
  await other.context().close();
});
