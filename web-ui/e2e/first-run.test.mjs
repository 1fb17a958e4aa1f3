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
  [browser, shop] = await Promise.all([openBrowser(), Shop.start('serve', { SHOP_REGISTRATIONS__MODE: 'open' })]);
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
  await page.getByRole('link', { name: 'First steps' }).waitFor();

  await post(page, 'The shop is open.');
  await article(page, 'The shop is open.').waitFor();
  assertCalm(page);

  const second = await openPage(browser, shop);
  const answer = await second.goto(link);
  assert.ok(!(await second.getByLabel('Your username').count()), `the link works once, answered ${answer.status()}`);
});

test('who signs up is led through the first steps, none of which is a must', async () => {
  const page = await openPage(browser, shop);
  await page.goto('/auth/sign_up');
  await page.getByLabel('Username').fill('nora');
  await page.getByLabel('E-mail address').fill('nora@mail.example');
  await page.getByLabel('Password').fill('a-long-enough-password');
  await page.getByLabel(/I agree/).check();
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.waitForURL('**/welcome');
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await page.getByRole('heading', { name: 'Your profile' }).waitFor();
  await assertAccessible(page, 'the first steps');

  await page.getByLabel('Display name').fill('Nora');
  await page.getByLabel('About you').fill('Keeps bees.');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').first().waitFor();

  await page.getByLabel('Name a tag').fill('#bees');
  await page.keyboard.press('Enter');
  const bees = page.getByRole('button', { name: '#bees' });
  await page.getByRole('button', { name: '#bees', pressed: true }).waitFor();
  await bees.click();
  await page.getByRole('button', { name: '#bees', pressed: false }).waitFor();
  await bees.click();
  await page.getByRole('button', { name: '#bees', pressed: true }).waitFor();
  await page.getByLabel('Name a tag').fill('not a tag');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();

  await page.getByRole('main').getByRole('link', { name: /^Bring/ }).click();
  await page.getByRole('heading', { name: 'Import and export' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Go to home' }).last().click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  await page.goto('/@nora');
  await page.getByText('Keeps bees.').first().waitFor();
  await page.goto('/followed_tags');
  await page.getByRole('link', { name: 'bees' }).waitFor();
  assertCalm(page);
});
