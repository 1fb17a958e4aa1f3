// Filters: written in the settings, at work in feeds, threads and notifications, and peeked through.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { article, choose, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let bob;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await openPage(browser, shop);
  await signIn(alice, await shop.account('alice'));
  bob = await openPage(browser, shop);
  await signIn(bob, await shop.account('bob'));
  for (const text of ['The gardener did it', 'Nothing but bread', 'Football all day', 'Good evening @alice, the gardener again']) await post(bob, text);
  await post(bob, 'A quiet harbour', { picture: picture(), description: 'Boats at dusk' });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

async function filter(title, words, action) {
  await alice.goto('/filters/new');
  await alice.getByLabel('Name', { exact: true }).fill(title);
  for (const [at, word] of words.entries()) {
    if (at) await alice.getByRole('button', { name: 'Add a word' }).click();
    await alice.getByRole('textbox', { name: `Word or phrase ${at + 1}` }).fill(word);
  }
  await alice.getByRole('radio', { name: action }).check();
  await alice.getByRole('button', { name: 'Save' }).click();
  await alice.getByRole('heading', { name: 'Filters' }).waitFor();
  await alice.getByRole('link', { name: new RegExp(title) }).waitFor();
}

test('words cover posts, leave them out, or cover their pictures', async () => {
  await filter('Spoilers', ['gardener', 'butler'], 'Cover the post');
  await filter('Sports', ['football'], 'Leave the post out');
  await filter('Boats', ['harbour'], 'Cover the pictures');
  await assertAccessible(alice, 'the list of filters');
  await alice.goto('/local');
  await article(alice, 'Nothing but bread').waitFor();
  assert.equal(await article(alice, 'Football all day').count(), 0, 'left out');
  const covered = alice.getByRole('article', { name: /^bob, filtered: Spoilers/ }).last();
  await covered.getByText('Filtered: Spoilers').waitFor();
  assert.equal(await alice.getByText('The gardener did it').count(), 0, 'not even for the ear');
  await assertAccessible(alice, 'a filtered post');
  await covered.getByRole('button', { name: 'Show anyway' }).click();
  await alice.getByText('The gardener did it').waitFor();
  await article(alice, 'The gardener did it').getByRole('button', { name: 'Cover again' }).click();
  await alice.getByText('The gardener did it').waitFor({ state: 'detached' });
  const harbour = article(alice, 'A quiet harbour');
  await harbour.getByRole('button', { name: 'Filtered: Boats' }).click();
  await harbour.getByRole('button', { name: /^View: Boats/ }).waitFor();
  await alice.goto('/notifications');
  await alice.getByText('Filtered: Spoilers').waitFor();
  await alice.goto('/@bob');
  await article(alice, 'Nothing but bread').waitFor();
  assert.equal(await article(alice, 'Football all day').count(), 0);
});

test('nobody is kept from their own words', async () => {
  await post(alice, 'I saw the gardener too');
  await alice.goto('/home');
  await article(alice, 'I saw the gardener too').first().waitFor();
});

test('a filter is changed, its words taken away, and ended', async () => {
  await alice.goto('/filters');
  await alice.getByRole('link', { name: /Spoilers/ }).click();
  await alice.getByRole('button', { name: 'Remove word 1' }).click();
  assert.equal(await alice.getByRole('textbox', { name: 'Word or phrase 1' }).inputValue(), 'butler');
  await alice.getByLabel('Ends').selectOption({ label: 'In 6 hours' });
  await assertAccessible(alice, 'a filter');
  await alice.getByRole('button', { name: 'Save' }).click();
  await alice.getByRole('link', { name: /Spoilers.*1 word.*Ends in 6 hours/ }).waitFor();
  await alice.goto('/local');
  await article(alice, 'The gardener did it').waitFor();
});

test('one post is filtered from its menu, by a new filter, and let out again', async () => {
  await choose(alice, article(alice, 'Nothing but bread'), 'Filter this post');
  const dialog = alice.getByRole('dialog', { name: 'Filter this post' });
  await dialog.getByRole('button', { name: 'Add to Spoilers' }).waitFor();
  await dialog.getByLabel('New filter named').fill('Bakery');
  await assertAccessible(alice, 'the choice of a filter');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await alice.getByRole('article', { name: /filtered: Bakery/ }).waitFor();
  assert.equal(await alice.getByText('Nothing but bread').count(), 0);
  await alice.goto('/filters');
  await alice.getByRole('link', { name: /Bakery.*1 post/ }).click();
  await alice.getByText('Nothing but bread').waitFor();
  await alice.getByRole('button', { name: 'Show again' }).click();
  await alice.getByText('Nothing but bread').waitFor({ state: 'detached' });
  await alice.getByRole('button', { name: 'Delete filter' }).click();
  await alice.getByRole('dialog').getByRole('button', { name: 'Delete filter' }).click();
  await alice.getByRole('heading', { name: 'Filters' }).waitFor();
  await alice.getByRole('link', { name: /Bakery/ }).waitFor({ state: 'detached' });
  assertCalm(alice);
});
