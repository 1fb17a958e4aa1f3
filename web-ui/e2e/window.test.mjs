// Writing in a small window of its own: what was begun goes along, and home hears of what was sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, compose, post } from './support/words.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  await post(page, 'To be replied to');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

async function popOut(dialog) {
  const [small] = await Promise.all([page.context().waitForEvent('page'), dialog.getByRole('button', { name: 'Open in a window of its own' }).click()]);
  await dialog.waitFor({ state: 'detached' });
  await small.getByLabel('Text of the post').waitFor();
  return small;
}

test('a new post moves into a window of its own with its words, and is sent from there', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Begun here, ');
  const small = await popOut(dialog);
  assert.equal(await small.getByLabel('Text of the post').inputValue(), 'Begun here, ');
  assert.equal(await small.getByRole('navigation').locator('visible=true').count(), 0);
  for (const scheme of ['light', 'dark']) {
    await small.emulateMedia({ colorScheme: scheme });
    await assertAccessible(small, `the small window, ${scheme}`);
  }
  await small.getByLabel('Text of the post').fill('Begun here, sent there');
  await Promise.all([small.waitForEvent('close'), small.getByRole('button', { name: 'Post', exact: true }).click()]);
  await page.getByRole('button', { name: '1 new post' }).click();
  await article(page, 'Begun here, sent there').waitFor();
  assertCalm(page);
});

test('a reply stays a reply', async () => {
  await article(page, 'To be replied to').getByRole('button', { name: 'Reply' }).click();
  const small = await popOut(page.getByRole('dialog', { name: 'Reply to alice' }));
  await small.getByRole('heading', { name: 'Reply to alice' }).waitFor();
  await small.getByLabel('Text of the post').fill('By return of post');
  await Promise.all([small.waitForEvent('close'), small.getByRole('button', { name: 'Reply', exact: true }).click()]);
  await article(page, 'To be replied to').locator('[data-key="o"]').click();
  await article(page, 'By return of post').waitFor();
  assertCalm(page);
});

test('a reply to what is gone says so, and can be tried again', async () => {
  await page.goto('/publish?reply=1&window=1');
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});
