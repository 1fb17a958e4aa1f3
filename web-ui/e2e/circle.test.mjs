// Those one follows and those who follow one, looked through as a whole and parted with several at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

let browser;
let shop;
let page;
let alice;
const ids = {};
const tokens = {};

async function call(name, method, path) {
  const answer = await fetch(shop.url + path, { method, headers: { authorization: `Bearer ${tokens[name]}` } });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}
const follow = (who, whom) => call(who, 'POST', `/api/v1/accounts/${ids[whom]}/follow`);
const names = async (list) => (await call('alice', 'GET', `/api/v1/accounts/${ids.alice}/${list}`)).map(({ acct }) => acct).sort();

before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  for (const name of ['bob', 'carol', 'dora', 'eve']) await shop.account(name);
  for (const name of ['alice', 'bob', 'carol', 'dora', 'eve']) {
    tokens[name] = await shop.token(name, 'read write follow');
    ids[name] = (await call(name, 'GET', '/api/v1/accounts/verify_credentials')).id;
  }
  for (const name of ['bob', 'carol', 'dora']) await follow('alice', name);
  for (const name of ['carol', 'dora', 'eve']) await follow(name, 'alice');
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const list = (name) => page.getByRole('list', { name });
const shown = async (name) => (await list(name).getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label').split(' ').at(-1)))).sort();

test('whom one follows is sifted, and several are parted with after a question', async () => {
  await page.goto('/settings');
  await page.getByRole('link', { name: /^Follows and followers/ }).click();
  await page.getByText('3 people').waitFor();
  assert.deepEqual(await shown('Following'), ['bob', 'carol', 'dora']);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `whom one follows, ${colorScheme}`);
  }
  const which = page.getByLabel('Show', { exact: true });
  await which.selectOption('Not mutual');
  await page.getByText('1 person').waitFor();
  assert.deepEqual(await shown('Following'), ['bob']);
  await which.selectOption('Moved away');
  await page.getByText('Nobody is like that').waitFor();
  await which.selectOption('Mutual');
  await page.getByText('2 people').waitFor();
  // All that is shown, and nobody else, by keys alone.
  await page.getByLabel('All', { exact: true }).press('Space');
  await page.getByRole('status').filter({ hasText: '2 chosen' }).waitFor();
  await page.getByRole('button', { name: 'Unfollow', exact: true }).press('Enter');
  const question = page.getByRole('dialog', { name: 'Unfollow 2 people?' });
  await question.getByRole('button', { name: 'Cancel' }).press('Enter');
  assert.deepEqual(await names('following'), ['bob', 'carol', 'dora']);
  await page.getByLabel('Choose dora').uncheck();
  await page.getByRole('button', { name: 'Unfollow', exact: true }).press('Enter');
  await page.getByRole('dialog', { name: 'Unfollow 1 person?' }).getByRole('button', { name: 'Unfollow' }).click();
  await page.getByLabel('Choose carol').waitFor({ state: 'detached' });
  assert.deepEqual(await names('following'), ['bob', 'dora']);
  assertCalm(page);
});

test('followers are followed back and removed', async () => {
  await page.getByRole('navigation', { name: 'Follows and followers' }).getByRole('link', { name: 'Followers' }).click();
  await page.getByText('3 people').waitFor();
  await page.getByLabel('Choose eve').check();
  await page.getByRole('button', { name: 'Follow back', exact: true }).first().click();
  await page.getByRole('button', { name: 'Following eve: unfollow' }).waitFor();
  assert.deepEqual(await names('following'), ['bob', 'dora', 'eve']);
  await page.getByLabel('Choose dora').check();
  await page.getByLabel('Choose carol').check();
  // One is refused on the way: what is done is done, the rest stays chosen and can be tried again.
  await page.route(`**/api/v1/accounts/${ids.carol}/remove_from_followers`, (route) => route.abort());
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove 2 followers?' }).getByRole('button', { name: 'Remove' }).click();
  await page.getByText('The server cannot be reached. Are you online?').waitFor();
  assert.ok(await page.getByLabel('Choose carol').isChecked());
  await page.unroute(`**/api/v1/accounts/${ids.carol}/remove_from_followers`);
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel('Choose carol').waitFor({ state: 'detached' });
  await page.getByLabel('Choose dora').waitFor({ state: 'detached' });
  assert.deepEqual(await names('followers'), ['eve']);
});

test('it fits a small phone, and says when there is nobody', async () => {
  const phone = await openPage(browser, shop, { viewport: { ...PHONE, width: 320 } });
  await signIn(phone, alice);
  await phone.goto('/settings/following');
  await phone.getByLabel('Choose bob').waitFor();
  assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await assertAccessible(phone, 'whom one follows, on a phone');
  await phone.context().close();
  const other = await openPage(browser, shop);
  await signIn(other, { email: 'eve@mail.example', password: 'eve-and-a-long-password' });
  await call('eve', 'POST', `/api/v1/accounts/${ids.alice}/unfollow`);
  await other.goto('/settings/following');
  await other.getByText('No one to show').waitFor();
  assertCalm(other);
});
