// What a profile shows beside posts, and how its owner chooses it: pictures in full, tags, tabs, hidden lists, proofs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { post } from './support/words.mjs';

let browser;
let shop;
let page;
let bob;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  [page, bob] = await Promise.all([openPage(browser, shop), openPage(browser, shop)]);
  await signIn(page, await shop.account('alice'));
  await signIn(bob, await shop.account('bob'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const section = (name) => page.getByRole('region', { name });

async function bothSchemes(what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${what}, ${colorScheme}`);
  }
}

test('pictures are described, and looked at in full', async () => {
  await page.goto('/settings/profile');
  await page.getByLabel('Profile picture').setInputFiles(picture());
  await page.getByLabel('What is to be seen on it').fill('Alice at the oven');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  await page.goto('/@alice');
  const face = page.getByRole('button', { name: 'View: Alice at the oven' });
  await face.press('Enter');
  const viewer = page.getByRole('dialog', { name: 'Picture 1 of 1' });
  await viewer.getByRole('img', { name: 'Alice at the oven' }).waitFor();
  await bothSchemes('the picture of a profile in full');
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  assert.ok(await face.evaluate((button) => button === document.activeElement));
  // Who has chosen no picture has none to look at.
  await page.goto('/@bob');
  await section('Profile of bob').waitFor();
  assert.equal(await section('Profile of bob').getByRole('button', { name: /^View/ }).count(), 0);
});

test('tags are put on the profile and taken off, by name and from those used most', async () => {
  await page.goto('/home');
  await post(page, 'Crust and crumb #rye #bread');
  await page.goto('/settings/profile');
  const tags = section('Hashtags on your profile');
  await tags.getByRole('button', { name: 'Add #bread' }).click();
  await tags.getByRole('button', { name: 'Remove #bread' }).waitFor();
  await tags.getByRole('button', { name: 'Add #bread' }).waitFor({ state: 'detached' });
  await tags.getByLabel('Name a tag').fill('not one');
  await page.keyboard.press('Enter');
  await tags.getByRole('alert').waitFor();
  await tags.getByLabel('Name a tag').fill('#Rye');
  await page.keyboard.press('Enter');
  await tags.getByRole('button', { name: 'Remove #Rye' }).waitFor();
  assert.equal(await tags.getByRole('alert').count(), 0);
  await bothSchemes('the settings of a profile');
  await bob.goto('/@alice/featured');
  await bob.getByRole('link', { name: 'bread' }).waitFor();
  await bob.getByRole('link', { name: 'Rye' }).waitFor();
  await tags.getByRole('button', { name: 'Remove #Rye' }).press('Enter');
  await tags.getByRole('button', { name: 'Remove #Rye' }).waitFor({ state: 'detached' });
  await bob.reload();
  await bob.getByRole('link', { name: 'bread' }).waitFor();
  assert.equal(await bob.getByRole('link', { name: 'Rye' }).count(), 0);
});

test('tabs that their owner hides are shown to nobody', async () => {
  const tabs = bob.getByRole('navigation', { name: 'Parts of this profile' });
  assert.equal(await tabs.getByRole('link').count(), 4);
  const parts = section('Parts of this profile');
  await parts.getByLabel('Show the media tab').uncheck();
  await page.getByText('Profile saved').first().waitFor();
  assert.ok(await parts.getByLabel('Media of replies too').isDisabled());
  await parts.getByLabel('Show the featured tab').uncheck();
  await page.getByText('Profile saved').nth(1).waitFor();
  await bob.goto('/@alice');
  await tabs.getByRole('link', { name: 'With replies' }).waitFor();
  assert.deepEqual(await tabs.getByRole('link').allTextContents(), ['Posts', 'With replies']);
  await page.reload();
  await parts.getByLabel('Show the media tab').waitFor();
  assert.ok(!(await parts.getByLabel('Show the media tab').isChecked()));
});

test('a page is proved with a line to copy, and websites are named that may name the author', async () => {
  await section('Prove that a page is yours').getByText(`<a rel="me" href="${shop.url}/@alice">alice</a>`).waitFor();
  const sites = section('Websites that may name you as author');
  await sites.getByRole('textbox').fill('bakery.example\nnews.example');
  await sites.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Profile saved').first().waitFor();
  await page.reload();
  await sites.getByRole('textbox').waitFor();
  assert.equal(await sites.getByRole('textbox').inputValue(), 'bakery.example\nnews.example');
});

test('whoever hides whom they follow is said to, instead of being alone', async () => {
  await page.getByLabel('Hide whom I follow').check();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').first().waitFor();
  await bob.goto('/@alice/followers');
  await bob.getByText('@alice does not show this list').waitFor();
  await page.goto('/@alice/followers');
  await page.getByText('No followers to show').waitFor();
  assertCalm(page);
  assertCalm(bob);
});
