// Signing in and out, and what guests are shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

let browser;
let shop;
let alice;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice', 'owner');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a guest is led to the sign-in page and back to where they wanted', async () => {
  const page = await openPage(browser, shop);
  await page.goto('/bookmarks');
  assert.equal(new URL(page.url()).pathname, '/auth/sign_in');
  await page.getByLabel(/E-mail/).fill(alice.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel(/E-mail/).fill(alice.email);
  await page.getByLabel('Password').fill(alice.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/bookmarks');
  await page.getByRole('heading', { name: 'Bookmarks' }).waitFor();
  await page.getByText('No bookmarks yet').waitFor();
  assertCalm(page);
});

test('signing out ends the session', async () => {
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  const token = await page.evaluate(() => JSON.parse(document.getElementById('shop-session').textContent).token);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForLoadState();
  await page.goto('/home');
  assert.equal(new URL(page.url()).pathname, '/auth/sign_in');
  const answer = await fetch(`${shop.url}/api/v1/accounts/verify_credentials`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 401);
  assertCalm(page);
});

test('an address that leads nowhere says so', async () => {
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  await page.goto('/@nobody');
  await page.getByText(/There is no @nobody|not found/i).first().waitFor();
  assertCalm(page);
});
