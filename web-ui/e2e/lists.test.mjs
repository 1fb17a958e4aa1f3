// Lists and tags: made, filled, read live; tags followed, joined and shut out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article } from './support/words.mjs';

let browser;
let shop;
let page;
const calls = {};
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  for (const name of ['bob', 'carol']) await shop.account(name);
  for (const name of ['alice', 'bob', 'carol']) {
    const token = await shop.token(name, 'read write follow');
    calls[name] = async (path, body) => {
      const answer = await fetch(shop.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return answer.json();
    };
  }
  for (const name of ['bob', 'carol']) {
    const { id } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=${name}`)).json();
    await calls.alice(`/api/v1/accounts/${id}/follow`);
  }
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a list is made, filled from those one follows, and read live', async () => {
  await page.goto('/lists');
  await page.getByText('No lists yet').waitFor();
  await assertAccessible(page, 'no lists');
  await page.getByRole('link', { name: 'New list' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Bakers');
  await page.getByRole('checkbox', { name: /^Not at home/ }).check();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: '0 members' }).waitFor();
  await page.getByLabel('Find people you follow').fill('bob');
  await page.getByRole('button', { name: 'Add bob' }).click();
  await page.getByRole('button', { name: 'Remove bob' }).waitFor();
  await page.getByLabel('Find people you follow').fill('');
  await page.getByRole('heading', { name: '1 member' }).waitFor();
  await assertAccessible(page, 'a list being changed');
  await calls.bob('/api/v1/statuses', { status: 'Rolls are ready' });
  await calls.carol('/api/v1/statuses', { status: 'Milk is here' });
  await page.goto('/lists');
  await page.getByRole('link', { name: /Bakers/ }).click();
  await article(page, 'Rolls are ready').waitFor();
  assert.equal(await article(page, 'Milk is here').count(), 0);
  await calls.bob('/api/v1/statuses', { status: 'And bread as well' });
  await page.getByRole('button', { name: '1 new post' }).click();
  await article(page, 'And bread as well').waitFor();
  await assertAccessible(page, 'a list');
  await page.goto('/home');
  await article(page, 'Milk is here').waitFor();
  assert.equal(await article(page, 'Rolls are ready').count(), 0, 'not at home');
  assertCalm(page);
});

test('a person is put on lists from the profile, and taken off', async () => {
  await page.goto('/@carol');
  await page.getByRole('button', { name: 'More' }).first().click();
  await page.getByRole('menuitem', { name: 'Add to lists' }).click();
  const dialog = page.getByRole('dialog', { name: 'Lists with @carol' });
  await dialog.getByLabel('New list named').fill('Dairy');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('checkbox', { name: 'Dairy', checked: true }).waitFor();
  await assertAccessible(page, 'the lists of a person');
  await dialog.getByRole('checkbox', { name: 'Dairy' }).uncheck();
  await page.keyboard.press('Escape');
  await page.goto('/lists');
  await page.getByRole('link', { name: 'Dairy' }).click();
  await page.getByText('Nothing here yet').waitFor();
  await page.getByRole('link', { name: 'Edit list' }).click();
  await page.getByRole('button', { name: 'Delete list' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete list' }).click();
  await page.getByRole('heading', { name: 'Lists' }).waitFor();
  await page.getByRole('link', { name: 'Dairy' }).waitFor({ state: 'detached' });
  assertCalm(page);
});

test('a tag is followed, listed and left', async () => {
  await calls.bob('/api/v1/statuses', { status: 'Crust #rye #bread' });
  await calls.bob('/api/v1/statuses', { status: 'Crumb #wheat #bread' });
  await page.goto('/tags/bread');
  await article(page, 'Crust').waitFor();
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await page.getByRole('button', { name: 'Following', pressed: true }).waitFor();
  await page.goto('/followed_tags');
  await page.getByRole('link', { name: 'bread' }).waitFor();
  await assertAccessible(page, 'followed tags');
  await page.getByRole('button', { name: 'Unfollow #bread' }).click();
  await page.getByText('You follow no tags').waitFor();
});

test('a tag is put on the profile from its page, and a filter begins with it', async () => {
  await page.goto('/tags/bread');
  const more = page.locator('main header').getByRole('button', { name: 'More', exact: true });
  const entry = async (name) => {
    await more.click();
    await page.getByRole('menuitem', { name }).click();
  };
  await article(page, 'Crumb').waitFor();
  await entry('Feature on my profile');
  await page.getByText('#bread is on your profile').first().waitFor();
  await page.goto('/@alice/featured');
  await page.getByRole('link', { name: 'bread' }).waitFor();
  await page.goto('/tags/bread');
  await article(page, 'Crumb').waitFor();
  await entry('Take off my profile');
  await page.getByText('#bread is no longer on your profile').first().waitFor();
  await entry('Filter this tag');
  await page.getByRole('heading', { name: 'New filter' }).waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), '#bread');
  assert.equal(await page.getByLabel('Word or phrase 1').inputValue(), '#bread');
});

test('other tags are demanded or shut out, and the address says so', async () => {
  await page.goto('/tags/bread');
  await article(page, 'Crumb').waitFor();
  await page.getByRole('button', { name: 'More tags' }).click();
  await page.getByLabel('Not with any of these').fill('#wheat');
  await assertAccessible(page, 'a tag with more tags');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await article(page, 'Crust').waitFor();
  await article(page, 'Crumb').waitFor({ state: 'detached' });
  assert.match(page.url(), /\?none=wheat$/);
  await page.reload();
  await article(page, 'Crust').waitFor();
  assert.equal(await article(page, 'Crumb').count(), 0);
  assertCalm(page);
});
