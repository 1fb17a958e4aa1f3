// Pinned timelines: beside each other on wide screens, behind tabs on phones, by keys, off until they are wanted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let page;
let say;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  await shop.account('bob');
  const token = await shop.token('bob', 'read write');
  say = async (status) => {
    const answer = await fetch(`${shop.url}/api/v1/statuses`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ status }) });
    assert.ok(answer.ok);
  };
  for (let at = 1; at <= 45; at += 1) await say(`Loaf ${at} #bread${at % 2 ? ' #rye' : ''}`);
  await say('@alice are you there?');
  page = await openPage(browser, shop, { viewport: { width: 1600, height: 900 } });
  await signIn(page, alice);
  await post(page, 'Mine to begin with');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const column = (name, on = page) => on.getByRole('region', { name, exact: true });
const inColumn = () => page.evaluate(() => document.activeElement.closest('[data-column]')?.querySelector('h2')?.textContent.trim());

test('they are off; switched on, they have a place of their own and begin with a few', async () => {
  assert.equal(await page.getByRole('link', { name: 'Columns' }).count(), 0);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('link', { name: /^Columns/ }).click();
  await page.getByLabel('Show columns').check();
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `the choice of columns, ${scheme}`);
  }
  await page.getByRole('link', { name: 'Columns', exact: true }).click();
  await article(column('Home'), 'Mine to begin with').waitFor();
  await article(column('Notifications'), 'are you there?').waitFor();
  await article(column('Community'), 'Loaf 45').waitFor();
  assertCalm(page);
});

test('a tag with conditions is pinned, moved by keys, and let go again', async () => {
  await page.goto('/settings/columns');
  await page.getByLabel('Timeline', { exact: true }).selectOption('Tag');
  await page.getByLabel('Tag', { exact: true }).fill('bread');
  await page.getByLabel('Not with any of these').fill('rye');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByLabel('Timeline', { exact: true }).selectOption('Bookmarks');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  const rows = () => page.getByRole('listitem').allInnerTexts();
  assert.deepEqual(await rows(), ['Home', 'Notifications', 'Community', '#bread − #rye', 'Bookmarks']);
  await page.getByRole('button', { name: 'Move #bread − #rye towards the beginning' }).press('Enter');
  await page.keyboard.press('Enter');
  assert.deepEqual(await rows(), ['Home', '#bread − #rye', 'Notifications', 'Community', 'Bookmarks']);
  await page.getByRole('button', { name: 'Unpin Bookmarks' }).press('Enter');
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /Unpin Community/);
  await page.reload();
  assert.deepEqual(await rows(), ['Home', '#bread − #rye', 'Notifications', 'Community']);
  assertCalm(page);
});

test('a tag is pinned from its own page, with what else is asked of it', async () => {
  await page.goto('/tags/bread?all=rye');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByText('#bread + #rye is pinned').waitFor();
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByText('#bread + #rye was pinned already').waitFor();
  await page.goto('/settings/columns');
  await page.getByRole('button', { name: 'Unpin #bread + #rye' }).click();
  assertCalm(page);
});

test('columns scroll by themselves, load on, and grow live; digits go from one to the next', async () => {
  await page.goto('/deck');
  const tag = column('#bread − #rye');
  await article(tag, 'Loaf 44').waitFor();
  assert.equal(await article(tag, 'Loaf 45').count(), 0);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `columns, ${scheme}`);
  }
  await article(column('Community'), 'Loaf 45').waitFor();
  const before = await article(column('Community'), 'Loaf 45').boundingBox();
  await tag.evaluate((node) => node.scrollTo({ top: node.scrollHeight }));
  await article(tag, /Loaf 2 #/).waitFor();
  assert.equal((await article(column('Community'), 'Loaf 45').boundingBox()).y, before.y);

  await page.keyboard.press('4');
  assert.equal(await inColumn(), 'Community');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.equal(await inColumn(), 'Community');
  await page.keyboard.press('1');
  assert.equal(await inColumn(), 'Home');
  await page.keyboard.press('3');
  assert.equal(await inColumn(), 'Notifications');
  await page.keyboard.press('9');
  assert.equal(await inColumn(), 'Notifications');

  await say('Fresh from the oven');
  await column('Community').getByRole('button', { name: '1 new post' }).click();
  await article(column('Community'), 'Fresh from the oven').waitFor();
  await column('Home').getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  assertCalm(page);
});

test('any number of them: the row scrolls to the side, the page does not', async () => {
  await page.evaluate(() => {
    const { account_id: id } = JSON.parse(document.getElementById('shop-session').textContent);
    const tags = Array.from({ length: 14 }, (_, at) => ({ kind: 'tag', tag: `bread`, any: [`t${at}`], all: [], none: [] }));
    localStorage.setItem(`shop:shortcuts:${id}`, JSON.stringify([{ kind: 'home' }, ...tags]));
  });
  await page.goto('/deck');
  await article(page, 'Loaf 45').nth(13).waitFor();
  const wide = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.querySelector('.deck').scrollWidth > innerWidth]);
  assert.ok(wide[0] <= 0 && wide[1], `${wide}`);
  await page.keyboard.press('9');
  assert.match(await inColumn(), /#bread \/ #t7/);
  // The posts of the first columns are still there, though more lists are open than are kept otherwise.
  await page.keyboard.press('1');
  await article(column('Home'), 'Mine to begin with').waitFor();
});

test('on a phone they are tabs', async () => {
  const phone = await openPage(browser, shop, { viewport: PHONE });
  await signIn(phone, alice);
  await phone.goto('/settings/columns');
  await phone.getByLabel('Show columns').check();
  await phone.getByRole('navigation').getByRole('link', { name: 'Columns' }).first().click();
  const tabs = phone.getByRole('navigation', { name: 'Columns' });
  await article(column('Home', phone), 'Mine to begin with').waitFor();
  await tabs.getByRole('link', { name: 'Community' }).click();
  await article(column('Community', phone), 'Loaf 45').waitFor();
  assert.equal(await column('Home', phone).count(), 0);
  for (const scheme of ['light', 'dark']) {
    await phone.emulateMedia({ colorScheme: scheme });
    await assertAccessible(phone, `tabs, ${scheme}`);
  }
  await phone.setViewportSize({ width: 320, height: 640 });
  assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await phone.reload();
  await article(column('Community', phone), 'Loaf 45').waitFor();
  assertCalm(phone);
  await phone.context().close();
});
