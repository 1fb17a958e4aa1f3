// What the staff tells everybody: shown at home without moving anything, put away, answered with emoji, live.
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
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  await shop.announce('The server rests on Sunday.', '--ends-at', '2099-01-31');
  page = await openPage(browser, shop);
  await signIn(page, alice);
  await post(page, 'Something to read');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const dock = (on) => on.getByRole('region', { name: 'Announcement', exact: true });

test('an announcement stands at the foot of home, can be read by everybody, and is put away for good', async () => {
  await dock(page).getByText('The server rests on Sunday.').waitFor();
  await dock(page).getByText(/Until 31 Jan 2099/).waitFor();
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `an announcement, ${scheme}`);
  }
  await dock(page).getByRole('button', { name: 'Got it' }).press('Enter');
  await dock(page).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.id === 'main');
  await page.reload();
  await page.getByRole('button', { name: 'Announcements', exact: true }).click();
  await page.getByRole('dialog', { name: 'Announcements' }).getByText('The server rests on Sunday.').waitFor();
  await assertAccessible(page, 'all announcements');
  await page.keyboard.press('Escape');
  assert.equal(await dock(page).count(), 0);
  assertCalm(page);
});

test('a new one comes by itself, two people react to it and see each other do so; it goes as it came', async () => {
  const bob = await openPage(browser, shop, { viewport: PHONE });
  await signIn(bob, await shop.account('bob'));
  await dock(bob).getByRole('button', { name: 'Got it' }).click();
  await dock(bob).waitFor({ state: 'detached' });
  const takeAway = await shop.announce('New rules for the garden');
  for (const one of [page, bob]) await dock(one).getByText('New rules for the garden').waitFor();
  await dock(page).getByRole('button', { name: 'React with an emoji' }).click();
  const picker = page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox').fill('tomato');
  await picker.getByRole('searchbox').press('Enter');
  const mine = dock(page).getByRole('button', { name: '🍅: 1 person', pressed: true });
  await mine.waitFor();
  await dock(bob).getByRole('button', { name: '🍅: 1 person', pressed: false }).click();
  await dock(page).getByRole('button', { name: '🍅: 2 people', pressed: true }).click();
  await dock(bob).getByRole('button', { name: '🍅: 1 person', pressed: true }).waitFor();
  await assertAccessible(bob, 'an announcement on a phone');
  await takeAway();
  for (const one of [page, bob]) await dock(one).waitFor({ state: 'detached' });
  await bob.setViewportSize({ width: 320, height: 640 });
  assert.ok((await bob.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  assertCalm(page);
  assertCalm(bob);
  await bob.context().close();
});

test('nothing on home moves when one comes', async () => {
  await page.goto('/home');
  await article(page, 'Something to read').waitFor();
  const place = () => article(page, 'Something to read').boundingBox();
  const before = await place();
  const takeAway = await shop.announce('A short one');
  await dock(page).getByText('A short one').waitFor();
  assert.deepEqual(await place(), before);
  await takeAway();
});
