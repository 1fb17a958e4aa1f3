// The account as such, in the browser: address, password, browsers, apps, files to take along and to bring, and leaving for good.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { post } from './support/words.mjs';

let browser;
let shop;
let alice;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  await Promise.all(['bob', 'carol'].map((name) => shop.account(name)));
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const section = (name) => page.getByRole('region', { name, exact: true });
const csv = (name, ...lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) });

test('the settings lead there', async () => {
  for (const [entry, title] of [['Account', 'Account'], ['Browsers and apps', 'Browsers and apps'], ['Import and export', 'Import and export']]) {
    await page.goto('/settings');
    await page.getByRole('main').getByRole('link', { name: new RegExp(`^${entry}`) }).click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  }
});

test('another address wants the password, and says what is wrong', async () => {
  await page.goto('/settings/account');
  const sheet = section('E-mail address');
  await sheet.getByText(alice.email).waitFor();
  await assertAccessible(page, 'the account');
  const ask = async (address, password) => {
    await sheet.getByLabel('New address').fill(address);
    await sheet.getByLabel('Present password').fill(password);
    await page.keyboard.press('Enter');
  };
  await ask('alice@new.example', 'wrong');
  await sheet.getByRole('alert').getByText('This is not your present password.').waitFor();
  await assertAccessible(page, 'a refused address');
  assert.equal(await sheet.getByLabel('Present password').inputValue(), '');
  await ask('bob@mail.example', alice.password);
  await sheet.getByRole('alert').getByText('This address is in use already.').waitFor();
  await ask('alice@new.example', alice.password);
  await sheet.getByText('Mail goes to alice@new.example.').waitFor();
  alice.email = 'alice@new.example';
});

test('another password signs other browsers out', async () => {
  const other = await openPage(browser, shop);
  await signIn(other, alice);
  const sheet = section('Password');
  const fill = async (current, fresh) => {
    await sheet.getByLabel('Present password').fill(current);
    await sheet.getByLabel('New password').fill(fresh);
    await sheet.getByRole('button', { name: 'Change password' }).click();
  };
  await fill('wrong', 'a password for later');
  await sheet.getByRole('alert').getByText('This is not your present password.').waitFor();
  await fill(alice.password, 'a password for later');
  await page.getByText('Password changed').first().waitFor();
  alice.password = 'a password for later';
  await other.goto('/home');
  await other.waitForURL(/\/auth\/sign_in/);
  await page.reload();
  await section('Password').waitFor();
  await other.context().close();
});

test('browsers are signed out from afar, and apps revoked', async () => {
  const other = await openPage(browser, shop);
  await signIn(other, alice);
  const token = await shop.token('alice', 'read:statuses push');
  const works = async () => (await fetch(`${shop.url}/api/v1/timelines/home`, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await works(), 200);
  await page.goto('/settings/access');
  const browsers = section('Signed-in browsers');
  await browsers.getByText('This browser').waitFor();
  await browsers.getByText('Chrome on Linux').first().waitFor();
  // Two of one kind are told apart by when they came.
  assert.equal(await browsers.getByText(/^since \d\d\/\d\d\/\d{4}, \d\d:\d\d, last used /).count(), 2);
  await assertAccessible(page, 'browsers and apps');
  await browsers.getByRole('button', { name: /^Sign out Chrome/ }).click();
  await browsers.getByRole('button', { name: /^Sign out Chrome/ }).waitFor({ state: 'detached' });
  await other.goto('/home');
  await other.waitForURL(/\/auth\/sign_in/);
  await other.context().close();

  const apps = section('Apps');
  await apps.getByText('May read your account').waitFor();
  await apps.getByText('May send notes to your device').waitFor();
  await apps.getByRole('button', { name: 'Revoke Command line' }).click();
  const question = page.getByRole('dialog', { name: 'Revoke Command line?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await works(), 200);
  await apps.getByRole('button', { name: 'Revoke Command line' }).click();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await apps.getByText('You have let no app in.').waitFor();
  assert.equal(await works(), 401);
});

test('files are brought with a figure of how far they are, and taken along again', async () => {
  await page.goto('/settings/data');
  const bring = section('Bring');
  await bring.getByLabel('File', { exact: true }).setInputFiles(csv('muted_accounts.csv', 'Account address,Hide notifications', `bob@${shop.domain},true`));
  assert.equal(await bring.getByLabel('What it holds').inputValue(), 'muting', 'the name tells');
  await bring.getByLabel('What it holds').selectOption('Follows');
  await bring.getByRole('button', { name: 'Import', exact: true }).click();
  await bring.getByRole('alert').waitFor();

  const lines = [`bob@${shop.domain}`, `carol@${shop.domain}`, `nobody@${shop.domain}`, 'no address'];
  await bring.getByLabel('File', { exact: true }).setInputFiles(csv('following_accounts.csv', ...lines));
  await bring.getByRole('button', { name: 'Import', exact: true }).click();
  const done = bring.getByRole('article', { name: 'Follows' });
  await done.getByText('2 of 4 done.').waitFor();
  await done.getByText('2 lines could not be done').click();
  await done.getByText('was not found').waitFor();
  await done.getByText('is not understood').waitFor();
  await assertAccessible(page, 'a finished import');

  await bring.getByLabel('File', { exact: true }).setInputFiles(csv('follows.csv', `carol@${shop.domain}`));
  await bring.getByLabel('Remove what the file does not name').check();
  await bring.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('dialog', { name: 'Remove the rest?' }).getByRole('button', { name: 'Import' }).click();
  await done.first().getByText('1 of 1 done.').waitFor();

  await page.reload();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Follows' }).click()]);
  assert.equal(download.suggestedFilename(), 'following_accounts.csv');
  const text = await readFile(await download.path(), 'utf8');
  assert.equal(text, `Account address,Show boosts,Notify on new posts,Languages\ncarol@${shop.domain},true,false,\n`);
  await done.first().getByRole('button', { name: 'Forget the import: Follows' }).click();
  await page.getByText('1 of 1 done.').waitFor({ state: 'detached' });
});

test('filters come along as a file, and the whole account as an archive', async () => {
  await page.goto('/settings/data');
  const bring = section('Bring');
  const filters = { custom_filters: [{ title: 'Spoilers', context: ['home'], action: 'warn', keywords_attributes: [{ keyword: 'finale', whole_word: true }] }] };
  const file = { name: 'custom_filters.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(filters)) };
  await bring.getByLabel('File', { exact: true }).setInputFiles(file);
  assert.equal(await bring.getByLabel('What it holds').inputValue(), 'custom_filters', 'the name tells');
  await bring.getByRole('button', { name: 'Import', exact: true }).click();
  await bring.getByRole('article', { name: 'Filters' }).getByText('1 of 1 done.').waitFor();
  const [taken] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Filters' }).click()]);
  assert.equal(taken.suggestedFilename(), 'custom_filters.json');
  assert.equal(JSON.parse(await readFile(await taken.path(), 'utf8')).custom_filters[0].title, 'Spoilers');

  const archive = section('Archive');
  await archive.getByRole('button', { name: 'Ask for an archive' }).click();
  await archive.getByText('You can ask for the next one from', { exact: false }).waitFor();
  await archive.getByText(/^Of .+, [\d.]+ kB\. Kept until /).waitFor();
  await archive.getByRole('button', { name: 'Ask for an archive' }).waitFor({ state: 'detached' });
  await assertAccessible(page, 'an archive');
  const [download] = await Promise.all([page.waitForEvent('download'), archive.getByRole('link', { name: /^Download the archive of / }).click()]);
  assert.match(download.suggestedFilename(), /^archive-alice-\d{4}-\d\d-\d\d\.zip$/);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
  assert.ok(bytes.includes('outbox.json'));
});

test('who leaves for good is told what goes, and is a guest then', async () => {
  await post(page, 'The last one.');
  await page.goto('/settings/account');
  await page.getByRole('link', { name: 'Delete account' }).click();
  await page.getByText('There is no way back.').waitFor();
  await page.getByText('The name @alice cannot be taken again', { exact: false }).waitFor();
  await assertAccessible(page, 'deleting the account');
  const go = async (password) => {
    await page.getByLabel('Present password').fill(password);
    await page.getByRole('main').getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('dialog', { name: 'Delete @alice?' }).getByRole('button', { name: 'Delete for good' }).click();
  };
  await go('wrong');
  await page.getByRole('alert').getByText('This is not your present password.').waitFor();
  await go(alice.password);
  await page.waitForURL((url) => url.pathname === '/');
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  assert.equal((await fetch(`${shop.url}/api/v1/accounts/lookup?acct=alice`)).status, 404);
  assertCalm(page);
});
