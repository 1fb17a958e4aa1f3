// The first minutes of a community: the link of the owner, the name, and straight into the app.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('the set-up link makes the owner, names the community and ends in the app', async () => {
  const page = await openPage(browser, shop);
  const link = await shop.setupLink();
  await page.goto(link);
  await assertAccessible(page, 'the set-up page');
  await page.getByLabel('Name of the community').fill('Harbour Street');
  await page.getByLabel('Your username').fill('olga');
  await page.getByLabel('Your e-mail address').fill('olga@mail.example');
  await page.getByLabel('Password').fill('a-long-enough-password');
  await page.getByRole('button', { name: 'Open the community' }).click();
  await page.waitForURL('**/home');
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  await page.getByRole('link', { name: 'Harbour Street' }).waitFor();
  await page.getByText('Nothing here yet').waitFor();

  await post(page, 'The shop is open.');
  await article(page, 'The shop is open.').waitFor();
  assertCalm(page);

  const second = await openPage(browser, shop);
  const answer = await second.goto(link);
  assert.ok(!(await second.getByLabel('Your username').count()), `the link works once, answered ${answer.status()}`);
});
