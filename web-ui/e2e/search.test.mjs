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
