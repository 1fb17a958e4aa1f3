// Exploring: what many talk about, people to meet, and the field that a search begins in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  for (const name of ['bob', 'carol']) {
    await shop.account(name);
    const headers = { authorization: `Bearer ${await shop.token(name, 'read write')}`, 'content-type': 'application/json' };
    const answer = await fetch(`${shop.url}/api/v1/accounts/update_credentials`, { method: 'PATCH', headers, body: JSON.stringify({ discoverable: true }) });
    assert.ok(answer.ok);
  }
  page = await openPage(browser, shop);
  await signIn(page, alice);
  await post(page, 'Sourdough needs patience #bread');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const tab = (name) => page.getByRole('navigation', { name: 'What to explore' }).getByRole('link', { name, exact: true });

test('a young server has nothing that stands out, and says so; no tab for links that nobody ranks', async () => {
  await page.getByRole('link', { name: 'Explore' }).first().click();
  await page.getByText('No posts stand out right now').waitFor();
  await tab('Tags').click();
  await page.getByText('No tags stand out right now').waitFor();
  assert.match(page.url(), /\/explore\/tags$/);
  assert.equal(await tab('Links').count(), 0);
  await page.goto('/explore/links');
  await page.getByText('No links stand out right now').waitFor();
  assertCalm(page);
});

test('people who want to be found are listed, the newest first if one likes', async () => {
  await page.goto('/explore');
  await tab('People').click();
  const directory = page.getByRole('region', { name: 'Directory' });
  await directory.getByRole('article', { name: /carol/ }).waitFor();
  await directory.getByLabel('Order').selectOption('Newest');
  await directory.getByRole('article', { name: /carol/ }).waitFor();
  assert.match(await directory.getByRole('article').first().innerText(), /carol/);
  await directory.getByLabel('Of which server').selectOption('Everywhere');
  await directory.getByRole('button', { name: /^Follow bob/ }).first().click();
  await directory.getByRole('button', { name: /^Following bob/ }).waitFor();
  assertCalm(page);
});

test('a search begins here, with its operators; an empty one leads back', async () => {
  await page.goto('/explore');
  await page.getByText('Narrow a search for posts').click();
  for (const name of ['from:me', 'has:media', 'is:reply', 'language:en', 'before:2026-01-31', 'after:2026-01-01', 'in:library']) {
    await page.getByRole('button', { name }).waitFor();
  }
  await page.getByRole('searchbox').fill('bread');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'bread', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/search');
  await page.waitForURL(/\/explore$/);
  await page.getByRole('heading', { name: 'Explore' }).waitFor();
  assertCalm(page);
});

test('tags, posts and links that stand out', async () => {
  // Rankings are made of what many people did in hours: here the answers of a server that has them.
  const [status] = await (await fetch(`${shop.url}/api/v1/timelines/public?local=true`)).json();
  const history = [{ day: '1790000000', accounts: '5', uses: '9' }, { day: '1789913600', accounts: '2', uses: '3' }];
  const answers = {
    tags: [{ name: 'Bread', url: `${shop.url}/tags/Bread`, history }],
    links: [{ url: 'https://news.example/ice', title: 'Ice on the ropes', description: 'The harbour in winter', language: 'en', type: 'link', provider_name: 'News', width: 0, height: 0, image: null, blurhash: null, published_at: null, history }],
    statuses: [status],
  };
  for (const [name, body] of Object.entries(answers)) await page.route(`**/api/v1/trends/${name}?*`, (route) => route.fulfill({ json: body }));
  await page.goto('/explore');
  await article(page, 'Sourdough').waitFor();
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `posts that stand out, ${scheme}`);
    await tab('Links').click();
    await page.getByRole('link', { name: 'Ice on the ropes', exact: true }).waitFor();
    await assertAccessible(page, `links that stand out, ${scheme}`);
    await tab('Tags').click();
    await page.getByText('7 people in two days').waitFor();
    await assertAccessible(page, `tags that stand out, ${scheme}`);
    await tab('Posts').click();
    await article(page, 'Sourdough').waitFor();
  }
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Post' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('heading', { name: 'Explore' }).waitFor();
  await page.setViewportSize({ width: 320, height: PHONE.height });
  for (const name of ['Tags', 'Links', 'People']) {
    await tab(name).click();
    await page.waitForLoadState('networkidle');
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${name} is too wide`);
  }
  assertCalm(page);
});
