// Collections of people: made, changed and deleted; people put in with their consent, taken out, and leaving by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

/** So many collections an account may have, and so many people one of them. */
const COLLECTIONS = 10;
const MOST = 25;

let browser;
let shop;
let page;
const ids = {};
const tokens = {};

/** The API in somebody's name; answers what it says. */
async function call(name, method, path, body) {
  const headers = { authorization: `Bearer ${tokens[name]}`, 'content-type': 'application/json' };
  const answer = await fetch(shop.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}
const agree = (name, discoverable) => call(name, 'PATCH', '/api/v1/accounts/update_credentials', { discoverable });
const own = async () => (await call('alice', 'GET', `/api/v1/accounts/${ids.alice}/collections`)).collections;

async function bothSchemes(what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${what}, ${colorScheme}`);
  }
}

before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  for (const name of ['bob', 'carol', 'dora']) await shop.account(name);
  for (const name of ['alice', 'bob', 'carol', 'dora']) {
    tokens[name] = await shop.token(name, 'read write follow');
    ids[name] = (await call(name, 'GET', '/api/v1/accounts/verify_credentials')).id;
  }
  // Carol does not want to be shown.
  for (const name of ['bob', 'dora']) await agree(name, true);
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a collection is made from the menu, by keyboard alone, and bad input is told at its field', async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Collections' }).click();
  await page.getByText('No collections yet').waitFor();
  await bothSchemes('no collections');
  await page.getByRole('link', { name: 'New collection' }).press('Enter');
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.focus();
  // Nothing at all.
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Give it a name.' }).waitFor();
  assert.ok(await name.evaluate((field) => field === document.activeElement && field.getAttribute('aria-invalid') === 'true'));
  await bothSchemes('a new collection without a name');
  // Too much of both.
  await page.keyboard.type('x'.repeat(41));
  await page.getByLabel('Description').fill('y'.repeat(101));
  await page.getByText('-1 character left').waitFor();
  await name.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'At most 40 characters.' }).waitFor();
  await page.getByRole('alert').filter({ hasText: 'At most 100 characters.' }).waitFor();
  // What only the server knows: a hashtag that is none.
  await name.fill('Bakers');
  await page.getByLabel('Description').fill('Bread & more');
  await page.getByLabel('Hashtag it is about').fill('#not one');
  await name.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'This is not a hashtag.' }).waitFor();
  assert.ok(await page.getByLabel('Hashtag it is about').evaluate((field) => field === document.activeElement));
  assert.deepEqual(await own(), [], 'nothing was made');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('#Bread');
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('checkbox', { name: /^List on my profile/ }).press('Space');
  await page.getByRole('button', { name: 'Create' }).press('Enter');
  await page.getByRole('heading', { name: 'Bakers' }).waitFor();
  await page.getByRole('heading', { name: '0 of 25 people' }).waitFor();
  const [made] = await own();
  const { name: called, description, language, discoverable, sensitive, tag } = made;
  assert.deepEqual([called, description, language, discoverable, sensitive, tag.name], ['Bakers', 'Bread & more', 'de', false, false, 'Bread']);
  await page.locator('main').getByText('Not listed').waitFor();
  assertCalm(page);
});

test('people are searched and put in; who does not agree cannot be', async () => {
  const search = page.getByLabel('Find people to put in');
  await search.fill('bob');
  await page.getByRole('button', { name: 'Add bob' }).press('Enter');
  await page.getByRole('button', { name: 'Remove bob' }).waitFor();
  await page.getByRole('heading', { name: '1 of 25 people' }).waitFor();
  await search.fill('carol');
  await page.getByText('@carol has not opened up to collections.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add carol' }).count(), 0);
  await bothSchemes('a collection and somebody who does not agree');
  // Dora changes her mind while she is on the screen.
  await search.fill('dora');
  await page.getByRole('button', { name: 'Add dora' }).waitFor();
  await agree('dora', false);
  await page.getByRole('button', { name: 'Add dora' }).click();
  await page.getByRole('alert').filter({ hasText: '@dora has not opened up to collections.' }).waitFor();
  await agree('dora', true);
  await page.getByRole('button', { name: 'Add dora' }).click();
  await page.getByRole('button', { name: 'Remove dora' }).waitFor();
  await search.fill('');
  await page.getByRole('list', { name: '2 of 25 people' }).getByRole('link', { name: /@dora/ }).waitFor();
  // Taken out by keyboard: the focus stays near.
  await page.getByRole('button', { name: 'Remove dora' }).press('Enter');
  await page.getByRole('heading', { name: '1 of 25 people' }).waitFor();
  await page.locator('h2:focus').getByText('1 of 25 people').waitFor();
  const [collection] = await own();
  assert.deepEqual(collection.items.map(({ account_id: id }) => id), [ids.bob]);
  await page.reload();
  await page.getByRole('button', { name: 'Remove bob' }).waitFor();
  await bothSchemes('an own collection');
  assertCalm(page);
});

test('what a collection says is changed in a window, which Escape leaves as it was', async () => {
  const edit = page.getByRole('button', { name: 'Edit collection' });
  await edit.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Edit collection' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Nobody');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await edit.evaluate((button) => button === document.activeElement));
  assert.equal((await own())[0].name, 'Bakers');
  await edit.press('Enter');
  assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'Bakers');
  await bothSchemes('a collection being changed');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Bakers of the town');
  await dialog.getByLabel('Hashtag it is about').fill('');
  await dialog.getByLabel('Language').selectOption({ label: 'Not said' });
  await dialog.getByRole('checkbox', { name: /^List on my profile/ }).check();
  await dialog.getByRole('checkbox', { name: /^Mark as sensitive/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Bakers of the town' }).waitFor();
  await page.getByRole('button', { name: 'Remove bob' }).waitFor();
  const [{ name, tag, language, discoverable, sensitive }] = await own();
  assert.deepEqual([name, tag, language, discoverable, sensitive], ['Bakers of the town', null, null, true, true]);
  await page.goto('/@alice/featured');
  await page.getByRole('link', { name: 'Bakers of the town' }).waitFor();
  await page.getByRole('link', { name: 'All your collections' }).click();
  await page.getByRole('link', { name: /Bakers of the town.*1 person, Sensitive/ }).waitFor();
  await bothSchemes('own collections');
  assertCalm(page);
});

test('a person is put into collections from the profile, and taken out', async () => {
  await page.goto('/@dora');
  const more = page.getByRole('region', { name: 'Profile of dora' }).getByRole('button', { name: 'More' });
  await more.press('Enter');
  await page.getByRole('menuitem', { name: 'Add to collections' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Collections with @dora' });
  const bakers = dialog.getByRole('checkbox', { name: 'Bakers of the town' });
  await bakers.press('Space');
  await dialog.getByRole('checkbox', { name: 'Bakers of the town', checked: true }).waitFor();
  await dialog.getByLabel('New collection named').fill('Millers');
  await page.keyboard.press('Enter');
  await dialog.getByRole('checkbox', { name: 'Millers', checked: true }).waitFor();
  await bothSchemes('the collections of a person');
  const counts = Object.fromEntries((await own()).map(({ name, item_count: count }) => [name, count]));
  assert.deepEqual(counts, { Millers: 1, 'Bakers of the town': 2 });
  // A refusal leaves the box as it was, and is told.
  await bakers.press('Space');
  await dialog.getByRole('checkbox', { name: 'Bakers of the town', checked: false }).waitFor();
  await agree('dora', false);
  await bakers.press('Space');
  await dialog.getByRole('alert').filter({ hasText: '@dora has not opened up' }).waitFor();
  assert.equal(await bakers.isChecked(), false);
  await agree('dora', true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await more.evaluate((button) => button === document.activeElement));
  // Who does not agree is not offered.
  await page.goto('/@carol');
  await page.getByRole('region', { name: 'Profile of carol' }).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Add to collections' }).click();
  const refused = page.getByRole('dialog', { name: 'Collections with @carol' });
  await refused.getByText('@carol has not opened up to collections.').waitFor();
  assert.ok(await refused.getByRole('checkbox', { name: 'Millers' }).isDisabled());
  assert.equal(await refused.getByLabel('New collection named').count(), 0);
  assertCalm(page);
});

test('who is shown finds the collection among those that show them, and leaves it', async () => {
  const other = await openPage(browser, shop, { viewport: PHONE });
  await signIn(other, { email: 'bob@mail.example', password: 'bob-and-a-long-password' });
  await other.getByRole('button', { name: 'More places' }).click();
  await other.getByRole('dialog').getByRole('link', { name: 'Collections' }).click();
  await other.getByRole('heading', { name: 'Collections that show you' }).waitFor();
  assert.ok((await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await assertAccessible(other, 'collections that show somebody, on a phone');
  await other.getByRole('link', { name: /Bakers of the town.*By alice/ }).click();
  // It is marked as sensitive; leaving it asks for no look at it.
  await other.getByText('This collection may be sensitive.').waitFor();
  assert.equal(await other.getByRole('button', { name: 'Edit collection' }).count(), 0);
  await other.getByRole('button', { name: 'Take me out' }).click();
  const question = other.getByRole('dialog', { name: 'Leave this collection?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await own()).find(({ name }) => name === 'Bakers of the town').item_count, 1);
  await other.getByRole('button', { name: 'Take me out' }).click();
  await question.getByRole('button', { name: 'Take me out' }).click();
  await other.getByRole('button', { name: 'Take me out' }).waitFor({ state: 'detached' });
  assert.equal((await own()).find(({ name }) => name === 'Bakers of the town').item_count, 0);
  await other.getByRole('button', { name: 'Show it' }).click();
  await other.getByText('Nobody is in it yet').waitFor();
  assertCalm(other);
  await other.context().close();
});

test('a collection of somebody else can be reported', async () => {
  const other = await openPage(browser, shop);
  await signIn(other, { email: 'dora@mail.example', password: 'dora-and-a-long-password' });
  const { id } = (await own()).find(({ name }) => name === 'Millers');
  await other.goto(`/collections/${id}`);
  await other.locator('main header').getByRole('button', { name: 'More' }).click();
  await other.getByRole('menuitem', { name: 'Report this collection' }).click();
  const dialog = other.getByRole('dialog', { name: 'Report @alice' });
  await dialog.getByLabel(/^Spam/).check();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Next' }).click();
  const sent = other.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/reports'));
  await dialog.getByRole('button', { name: 'Send report' }).click();
  assert.deepEqual((await sent).postDataJSON().collection_ids, [id]);
  await dialog.getByText('Thank you').waitFor();
  await other.context().close();
});

test('a collection is written about, and stands in the post', async () => {
  const { id } = (await own()).find(({ name }) => name === 'Millers');
  await page.goto(`/collections/${id}`);
  await page.locator('main header').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Write about it' }).click();
  const dialog = page.getByRole('dialog', { name: 'New post' });
  await dialog.locator('textarea:focus').waitFor();
  await page.keyboard.type('All of them grind well');
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.goto('/home');
  const item = page.getByRole('article').filter({ hasText: 'All of them grind well' });
  await item.getByRole('link', { name: 'Millers 1 person' }).waitFor();
  await bothSchemes('a post with a collection in it');
  await item.getByRole('link', { name: 'Millers 1 person' }).click();
  await page.getByRole('heading', { name: 'Millers' }).waitFor();
});

test('the address of the own collections leads to them, whoever asks', async () => {
  await page.goto('/collections/mine');
  await page.waitForURL(/@alice\/collections$/);
  await page.getByRole('link', { name: /Millers/ }).waitFor();
});

test('the limits are told: a full collection, and as many of them as one may have', async () => {
  const { id } = (await own()).find(({ name }) => name === 'Millers');
  const names = Array.from({ length: MOST - 1 }, (_, at) => `guest${at}`);
  // A few at a time: each is a run of the command line.
  while (names.length) {
    await Promise.all(
      names.splice(0, 4).map(async (name) => {
        await shop.account(name);
        tokens[name] = await shop.token(name, 'read write');
        const { id: account } = await agree(name, true);
        await call('alice', 'POST', `/api/v1/collections/${id}/items`, { account_id: account });
      }),
    );
  }
  await page.goto(`/collections/${id}`);
  await page.getByRole('heading', { name: '25 of 25 people' }).waitFor();
  await page.getByText('There is no room for more than 25 people.').waitFor();
  await page.getByLabel('Find people to put in').fill('bob');
  assert.ok(await page.getByRole('button', { name: 'Add bob' }).isDisabled());
  await bothSchemes('a full collection');
  // The window of a profile learns it from the server.
  await page.goto('/@bob');
  await page.getByRole('region', { name: 'Profile of bob' }).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Add to collections' }).click();
  const dialog = page.getByRole('dialog', { name: 'Collections with @bob' });
  await dialog.getByRole('checkbox', { name: 'Millers' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'There is no room for more than 25 people.' }).waitFor();
  assert.equal(await dialog.getByRole('checkbox', { name: 'Millers' }).isChecked(), false);
  for (let at = (await own()).length; at < COLLECTIONS; at += 1) {
    await call('alice', 'POST', '/api/v1/collections', { name: `Number ${at}`, sensitive: false, discoverable: false });
  }
  await dialog.getByLabel('New collection named').fill('One too many');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'You have as many collections as this server allows.' }).waitFor();
  await page.goto('/collections/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('One too many');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('alert').filter({ hasText: 'You have as many collections as this server allows.' }).waitFor();
  await bothSchemes('one collection too many');
  assertCalm(page);
});

test('a collection is deleted after a question', async () => {
  const { id } = (await own()).find(({ name }) => name === 'Millers');
  await page.goto(`/collections/${id}`);
  await page.getByRole('button', { name: 'Edit collection' }).click();
  await page.getByRole('button', { name: 'Delete collection' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the collection “Millers”?' });
  await assertAccessible(page, 'the question before a collection is deleted');
  await question.getByRole('button', { name: 'Delete collection' }).click();
  await page.waitForURL(/@alice\/collections$/);
  await page.getByRole('link', { name: /Bakers of the town/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: /Millers/ }).count(), 0);
  await page.goto(`/collections/${id}`);
  await page.getByRole('alert').waitFor();
  assert.deepEqual((await own()).filter(({ name }) => name === 'Millers'), []);
});
