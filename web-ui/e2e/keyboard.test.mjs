// Everything by keys: walking, acting, writing, and the way back to where one was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  for (const text of ['The first', 'The second', 'The third']) await post(page, text);
  await page.goto('/home');
  await article(page, 'The first').waitFor();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent);

test('a whole visit without a mouse', async (t) => {
  await t.test('j and k walk through the posts', async () => {
    await page.keyboard.press('j');
    assert.match(await focused(), /The third/);
    await page.keyboard.press('j');
    assert.match(await focused(), /The second/);
    await page.keyboard.press('k');
    assert.match(await focused(), /The third/);
  });

  await t.test('f and d mark the post, and again unmark it', async () => {
    const item = article(page, 'The third');
    await page.keyboard.press('f');
    await item.getByRole('button', { name: 'Favourite', pressed: true }).waitFor();
    await page.keyboard.press('d');
    await item.getByRole('button', { name: 'Bookmark', pressed: true }).waitFor();
    await page.keyboard.press('f');
    await item.getByRole('button', { name: 'Favourite', pressed: false }).waitFor();
  });

  await t.test('Enter opens the post, Backspace comes back to it', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Post' }).waitFor();
    await page.keyboard.press('Backspace');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.waitForFunction(() => /The second/.test(document.activeElement.getAttribute('aria-label') ?? ''));
  });

  await t.test('r replies, Escape gives the focus back to the post', async () => {
    await page.keyboard.press('r');
    await page.getByRole('dialog', { name: 'Reply to alice' }).waitFor();
    await page.waitForFunction(() => document.activeElement.tagName === 'TEXTAREA');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => /The second/.test(document.activeElement.getAttribute('aria-label') ?? ''));
  });

  await t.test('n writes, letters go into the text, Ctrl+Enter sends', async () => {
    await page.keyboard.press('n');
    await page.waitForFunction(() => document.activeElement.tagName === 'TEXTAREA');
    await page.keyboard.type('jkf? by keys');
    await page.keyboard.press('Control+Enter');
    await article(page, 'jkf? by keys').waitFor();
  });

  await t.test('g and a letter go to places, ? shows the legend', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Private mentions' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'Bookmarks' }).waitFor();
    await article(page, 'The third').waitFor();
    await page.keyboard.press('?');
    const legend = page.getByRole('dialog', { name: 'Keyboard' });
    await legend.waitFor();
    await page.keyboard.press('Escape');
    await legend.waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement.type === 'search');
  });

  await t.test('menus are walked by arrows and give the focus back', async () => {
    await page.goto('/home');
    await article(page, 'The third').waitFor();
    const more = article(page, 'The third').getByRole('button', { name: 'More' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem');
    await page.keyboard.press('ArrowDown');
    assert.equal((await focused()).trim(), 'Copy link');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.getAttribute('aria-haspopup') === 'menu');
  });

  await t.test('the letters can be switched off', async () => {
    await page.goto('/settings/reading');
    await page.getByLabel('Keyboard shortcuts').uncheck();
    await page.goto('/home');
    await article(page, 'The first').waitFor();
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
  });

  await t.test('the skip link leads past the rail', async () => {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  });

  assertCalm(page);
});
