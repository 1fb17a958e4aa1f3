// Polls: asked in the composer, answered in the feed, seen by others as they are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, choose, compose } from './support/words.mjs';

let browser;
let shop;
let asker;
let voter;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  asker = await openPage(browser, shop);
  await signIn(asker, await shop.account('alice'));
  voter = await openPage(browser, shop, { viewport: PHONE, scheme: 'dark' });
  await signIn(voter, await shop.account('bob'), '/local');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a poll is written by keys, and sent when it can be answered', async () => {
  const dialog = await compose(asker);
  await dialog.getByLabel('Text of the post').fill('Rye or wheat?');
  await dialog.getByRole('button', { name: 'Poll' }).click();
  await asker.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'Option 1');
  const send = dialog.getByRole('button', { name: 'Post', exact: true });
  /** What a field is said to lack, as it is read out with it. */
  const lacks = async (label, words) => {
    await dialog.getByText(words).waitFor();
    const told = await dialog.getByLabel(label).evaluate((field) => field.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' '));
    assert.match(told, new RegExp(words));
    assert.ok(await send.isDisabled(), words);
  };
  await asker.keyboard.type('Rye');
  await lacks('Option 2', 'A poll needs at least two options');
  await dialog.getByLabel('Option 2').fill('Rye');
  await lacks('Option 2', 'Option 2 is the same as an earlier one');
  await assertAccessible(asker, 'a poll that cannot be sent');
  await dialog.getByLabel('Option 2').fill('Wheat'.repeat(11));
  await lacks('Option 2', 'Option 2 is too long: 50 characters at most');
  await dialog.getByLabel('Option 2').fill('Wheat');
  await dialog.getByLabel('Text of the post').fill('');
  await lacks('Text of the post', 'Write the question into the text of the post');
  await dialog.getByLabel('Text of the post').fill('Rye or wheat?');
  assert.equal(await dialog.getByText('Write the question').count(), 0);
  assert.ok(await send.isEnabled());
  await dialog.getByRole('button', { name: 'Add an option' }).click();
  await asker.keyboard.type('Both');
  assert.ok(await dialog.getByRole('button', { name: 'Add pictures, film or sound' }).isDisabled(), 'a poll carries no pictures');
  await dialog.getByLabel('Runs for').selectOption({ label: '3 days' });
  await assertAccessible(asker, 'the editor of a poll');
  await send.click();
  const item = article(asker, 'Rye or wheat?').first();
  await item.getByText('0 people voted').waitFor();
  assert.match(await item.getAttribute('aria-label'), /poll with 3 options, Rye, Wheat, Both/);
  assert.equal(await item.getByRole('radio').count(), 0, 'nobody answers their own poll');
  assertCalm(asker);
});

test('one looks first, votes, and the asker sees it come in', async () => {
  await voter.reload();
  const item = article(voter, 'Rye or wheat?').first();
  await item.getByRole('button', { name: 'See results' }).click();
  await item.getByText('0%').first().waitFor();
  await item.getByRole('button', { name: 'Back to the vote' }).click();
  await item.getByLabel('Wheat').check();
  await assertAccessible(voter, 'a poll');
  await item.getByRole('button', { name: 'Vote', exact: true }).click();
  await item.getByText('1 person voted').waitFor();
  await item.getByText('100%').waitFor();
  await item.getByText('Your vote').waitFor({ state: 'attached' });
  await assertAccessible(voter, 'the results of a poll');
  await article(asker, 'Rye or wheat?').first().getByRole('button', { name: 'Refresh' }).click();
  await article(asker, 'Rye or wheat?').first().getByText('1 person voted').waitFor();
  assertCalm(voter);
});

test('a post is deleted and written anew with its poll', async () => {
  await choose(asker, article(asker, 'Rye or wheat?').first(), 'Delete and write anew');
  await asker.getByRole('dialog', { name: 'Delete and write anew?' }).getByRole('button', { name: 'Delete and write anew' }).click();
  const dialog = asker.getByRole('dialog', { name: 'New post' });
  assert.equal(await dialog.getByLabel('Text of the post').inputValue(), 'Rye or wheat?');
  assert.equal(await dialog.getByLabel('Option 3', { exact: true }).inputValue(), 'Both');
  await dialog.getByRole('button', { name: 'Remove option 3' }).click();
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const item = article(asker, 'Rye or wheat?').first();
  await item.getByText('0 people voted').waitFor();
  assert.equal(await item.getByText('Both').count(), 0);
  assertCalm(asker);
});
