// What one is to somebody beside following: hear of posts, leave boosts out, a note, a place on the own profile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';

let browser;
let shop;
let page;
let ids;
let tokens;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  ids = {};
  tokens = { alice: await shop.token('alice', 'read') };
  for (const name of ['bob', 'eve', 'sam', 'tom']) {
    await shop.account(name);
    tokens[name] = await shop.token(name, 'read write follow');
  }
  for (const name of ['alice', 'bob']) ids[name] = (await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=${name}`)).json()).id;
  const follow = (who, whom) => fetch(`${shop.url}/api/v1/accounts/${ids[whom]}/follow`, { method: 'POST', headers: { authorization: `Bearer ${tokens[who]}` } }).then(({ ok }) => assert.ok(ok));
  for (const name of ['eve', 'sam', 'tom']) await follow(name, 'bob');
  await follow('bob', 'alice');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** What the server says alice is to somebody. */
async function relationTo(name) {
  const [relation] = await (await fetch(`${shop.url}/api/v1/accounts/relationships?id[]=${ids[name]}`, { headers: { authorization: `Bearer ${tokens.alice}` } })).json();
  return relation;
}

async function menu(name) {
  await page.getByRole('region', { name: 'Profile of bob' }).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

test('a profile names those who follow it and whom the reader follows', async () => {
  for (const name of ['eve', 'sam', 'tom']) {
    await page.goto(`/@${name}`);
    await page.getByRole('button', { name: `Follow ${name}` }).click();
    await page.getByRole('button', { name: `Following ${name}` }).waitFor();
  }
  await page.goto('/@bob');
  await page.getByRole('link', { name: /^Followed by \w+, \w+,? and 1 other you follow$/ }).waitFor();
  await assertAccessible(page, 'a profile with familiar faces');
});

test('posts of somebody are told, boosts left out, and both taken back', async () => {
  await page.getByRole('button', { name: 'Follow back bob' }).click();
  await page.getByRole('button', { name: 'Following bob' }).waitFor();
  for (const [on, off] of [['Notify me of posts', 'Stop notifying me of posts'], ['Hide their boosts', 'Show their boosts'], ['Feature on my profile', 'Take off my profile']]) {
    await menu(on);
    await page.reload();
    await page.getByRole('button', { name: 'Following bob' }).waitFor();
    await menu(off);
    await page.reload();
    await page.getByRole('button', { name: 'Following bob' }).waitFor();
  }
});

test('posts of somebody are wanted in some languages only, and in all again', async () => {
  const dialog = page.getByRole('dialog', { name: 'Languages of @bob' });
  await menu('Choose languages');
  await dialog.getByLabel('German').check();
  await dialog.getByLabel('French').check();
  for (const scheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `the languages of somebody, ${scheme}`);
  }
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Languages saved').first().waitFor();
  assert.deepEqual((await relationTo('bob')).languages.toSorted(), ['de', 'fr']);
  await page.reload();
  await page.getByRole('button', { name: 'Following bob' }).waitFor();
  await menu('Choose languages');
  for (const name of ['German', 'French']) await dialog.getByRole('checkbox', { name, checked: true }).waitFor();
  assert.equal(await dialog.getByRole('checkbox', { checked: true }).count(), 2);
  await dialog.getByLabel('German').uncheck();
  await dialog.getByLabel('French').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(!(await relationTo('bob')).languages?.length);
});

test('a note about somebody is kept, for the reader alone', async () => {
  await page.getByText('Your note', { exact: true }).click();
  const note = page.getByLabel('Your note about bob');
  await note.fill('Met at the harbour');
  await page.getByRole('button', { name: 'Keep note' }).click();
  await page.getByText('Note kept').first().waitFor();
  await page.getByRole('button', { name: 'Keep note' }).waitFor({ state: 'detached' });
  await page.reload();
  await note.waitFor();
  assert.equal(await note.inputValue(), 'Met at the harbour');
  await assertAccessible(page, 'a profile with a note');
});

test('a follower is removed after a question', async () => {
  await menu('Remove this follower');
  const question = page.getByRole('dialog', { name: 'Remove @bob from your followers?' });
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('@bob no longer follows you').waitFor();
  await page.getByText('Follows you', { exact: true }).waitFor({ state: 'detached' });
});

test('somebody is muted for a time, and the list says until when', async () => {
  const entry = page.getByRole('button', { name: 'More' }).first();
  await menu('Mute bob');
  const dialog = page.getByRole('dialog', { name: 'Mute @bob?' });
  await dialog.waitFor();
  assert.ok(await dialog.getByLabel('Hide their notifications too').isChecked());
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `the window that mutes, ${scheme}`);
  }
  // Escape mutes nobody, and gives the focus back.
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await entry.evaluate((button) => button === document.activeElement));
  await menu('Mute bob');
  await dialog.getByLabel('How long').selectOption('7 days');
  await dialog.getByLabel('Hide their notifications too').uncheck();
  await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByText('Muted @bob').first().waitFor();
  const { muting, muting_notifications: silent, muting_expires_at: end } = await relationTo('bob');
  assert.deepEqual([muting, silent], [true, false]);
  assert.ok(Math.abs(Date.parse(end) - Date.now() - 7 * 86_400_000) < 600_000, end);
  await page.goto('/mutes');
  await page.getByText(/^Until \d\d\/\d\d\/\d{4}, \d\d:\d\d$/).waitFor();
  await assertAccessible(page, 'the list of muted people');
  await page.getByRole('button', { name: 'Unmute' }).click();
  // Muted again on the same page, without an end.
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByRole('button', { name: 'Unmute' }).waitFor();
  await until('the new end', async () => {
    const { muting, muting_expires_at: ends } = await relationTo('bob');
    return muting && ends === null;
  });
  assert.equal(await page.getByText(/^Until/).count(), 0);
  assert.ok((await relationTo('bob')).muting_notifications);
});

test('a mute that the server refuses is taken back, with a way to try again', async () => {
  await page.goto('/@bob');
  await menu('Unmute bob');
  await page.getByText('Unmuted @bob').first().waitFor();
  await page.route('**/api/v1/accounts/*/mute', (route) => route.abort());
  await menu('Mute bob');
  await page.getByRole('dialog').getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByText('The server cannot be reached. Are you online?').waitFor();
  await page.getByRole('region', { name: 'Profile of bob' }).getByText('Muted', { exact: true }).waitFor({ state: 'detached' });
  await page.unroute('**/api/v1/accounts/*/mute');
  await page.getByRole('button', { name: 'Try again' }).click();
  // The note that the mute ended has the same words in it.
  await page.getByText('Muted @bob', { exact: true }).first().waitFor();
  assert.ok((await relationTo('bob')).muting);
  assertCalm(page);
});
