// The description of a picture: a badge opens it, for the mouse, the finger and the keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

const LONG = `A chart of the tides. ${'High water at noon, low water at six. '.repeat(35)}The end.`;
let browser;
let shop;
let alice;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  page = await openPage(browser, shop);
  await signIn(page, alice);
  await post(page, 'The harbour', { picture: picture(), description: 'Hills behind calm water <b>&</b>' });
  await post(page, 'The tides', { picture: picture(), description: LONG });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const badge = (item) => item.getByRole('button', { name: 'ALT Show the description' });
const description = () => page.getByRole('dialog', { name: 'Description' });
/** Is it on the screen, whole? */
const inside = (one) => one.evaluate((node) => {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
});

test('a click on the badge shows the description, and opens neither the picture nor the post', async () => {
  await badge(article(page, 'The harbour')).click();
  await description().waitFor();
  assert.equal(await description().innerText(), 'Hills behind calm water <b>&</b>');
  assert.ok(await inside(description()));
  assert.equal(new URL(page.url()).pathname, '/home');
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `the description of a picture, ${scheme}`);
  }
  await badge(article(page, 'The harbour')).click();
  await description().waitFor({ state: 'hidden' });
});

test('the keyboard opens it, scrolls what is long, and Escape gives the focus back', async () => {
  const one = badge(article(page, 'The tides'));
  await one.focus();
  await page.keyboard.press('Enter');
  await description().waitFor();
  await until('the badge to say that it is open', async () => (await one.getAttribute('aria-expanded')) === 'true');
  await until('the long description to have the focus', () =>
    description().evaluate((node) => node === document.activeElement && node.scrollHeight > node.clientHeight));
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement.scrollTop > 0);
  await assertAccessible(page, 'a long description');
  await page.keyboard.press('Escape');
  await description().waitFor({ state: 'hidden' });
  await until('the focus on the badge', () => one.evaluate((node) => node === document.activeElement));
  await until('the badge to say that it is closed', async () => (await one.getAttribute('aria-expanded')) === 'false');
});

test('one stands open at a time; what has no description has no badge', async () => {
  await badge(article(page, 'The harbour')).focus();
  await page.keyboard.press('Enter');
  await description().waitFor();
  await badge(article(page, 'The tides')).click();
  await description().getByText('A chart of the tides').waitFor();
  assert.equal(await description().count(), 1);
  await page.keyboard.press('Escape');
  await page.route('**/api/v1/timelines/home*', async (route) => {
    const answer = await route.fetch();
    const posts = await answer.json();
    for (const one of posts) for (const media of one.media_attachments) media.description = one.content.includes('tides') ? null : media.description;
    await route.fulfill({ response: answer, json: posts });
  });
  await page.goto('/home');
  await article(page, 'The tides').getByRole('button', { name: 'View: Picture' }).waitFor();
  assert.equal(await badge(article(page, 'The tides')).count(), 0);
  assert.equal(await badge(article(page, 'The harbour')).count(), 1);
  await page.unrouteAll({ behavior: 'wait' });
  assertCalm(page);
});

test('on a phone, from right to left, all of it is on the screen', async () => {
  await page.context().close();
  page = await openPage(browser, shop, { viewport: PHONE, locale: 'ar' });
  await signIn(page, alice);
  await article(page, 'The tides').getByRole('button', { name: /إظهار الوصف/ }).tap();
  const shown = page.getByRole('dialog', { name: 'الوصف', exact: true });
  await shown.waitFor();
  assert.ok(await inside(shown));
  await assertAccessible(page, 'a description on a phone, in Arabic');
  assertCalm(page);
});
