// Searching: operators and kinds of results.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { post } from './support/words.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  await post(page, 'Sourdough needs patience #bread');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('the operators are explained, and put in by pressing one', async () => {
  await page.goto('/search');
  await page.getByText('Narrow a search for posts').click();
  await assertAccessible(page, 'the operators of a search');
  await page.getByRole('searchbox').fill('sourdough');
  await page.getByRole('button', { name: '-word' }).click();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'sourdough -word');
  assertCalm(page);
});

test('results are told apart by kind, and the address keeps the kind', async () => {
  await page.goto('/search?q=bread');
  await page.getByRole('link', { name: 'Tags', exact: true }).click();
  await page.getByRole('link', { name: 'bread', exact: true }).waitFor();
  assert.match(page.url(), /type=hashtags/);
  await page.reload();
  await page.getByRole('link', { name: 'bread', exact: true }).waitFor();
  await assertAccessible(page, 'results of one kind');
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByText('Nothing found for').waitFor();
  assertCalm(page);
});

test('from the results one goes where one wants, and back', async () => {
  await page.goto('/search?q=bread');
  await page.getByRole('link', { name: 'bread', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Home' }).first().click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/home');
  await page.goBack();
  await page.getByRole('link', { name: 'bread', exact: true }).waitFor();
  assertCalm(page);
});

test('what was searched for last is asked again, and forgotten on demand', async () => {
  await page.goto('/explore');
  const field = page.getByRole('searchbox');
  await field.fill('rye flour');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing found for').waitFor();
  await page.goto('/explore');
  await field.fill('#bread');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=%23bread/);
  await page.goto('/explore');
  const recent = page.getByRole('region', { name: 'Searched lately' });
  assert.deepEqual(await recent.getByRole('link').allTextContents(), ['#bread', 'rye flour']);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `recent searches, ${colorScheme}`);
  }
  await recent.getByRole('link', { name: 'rye flour' }).click();
  await page.getByText('Nothing found for “rye flour”').waitFor();
  await page.goto('/explore');
  await recent.getByRole('button', { name: 'Forget' }).press('Enter');
  await recent.waitFor({ state: 'detached' });
  await page.reload();
  await field.waitFor();
  assert.equal(await recent.count(), 0);
  assertCalm(page);
});
