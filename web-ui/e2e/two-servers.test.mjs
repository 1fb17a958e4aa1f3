// Two communities, alice on one and bob on the other: they find, follow, read and reply to each other, live.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { article, choose, post } from './support/words.mjs';

let browser;
let a;
let b;
let alice;
let bob;
before(async () => {
  [browser, a, b] = await Promise.all([openBrowser(), Shop.start(), Shop.start()]);
  const [first, second] = await Promise.all([a.account('alice'), b.account('bob')]);
  alice = await openPage(browser, a);
  bob = await openPage(browser, b);
  await signIn(alice, first);
  await signIn(bob, second);
});
after(async () => {
  await browser?.close();
  await Promise.all([a?.stop(), b?.stop()]);
});

test('a post, its replies, its edit and its end travel between two servers', async (t) => {
  await t.test('alice finds bob by his address and follows him', async () => {
    await alice.goto('/search');
    await alice.getByRole('searchbox').fill(`@bob@${b.domain}`);
    await alice.keyboard.press('Enter');
    const found = alice.getByRole('article', { name: `@bob@${b.domain}` });
    await found.getByRole('button', { name: /^Follow/ }).click();
    await found.getByRole('button', { name: /^Following/ }).waitFor();
  });

  await t.test('bob hears of it', async () => {
    await bob.getByRole('link', { name: /Notifications/ }).first().click();
    await bob.getByRole('feed').getByText('alice followed you').waitFor();
  });

  await t.test('a post with a picture appears in the open home page without reload', async () => {
    await alice.getByRole('link', { name: 'Home' }).first().click();
    await alice.getByText('Nothing here yet').waitFor();
    await alice.evaluate(() => (window.stayed = true));
    await post(bob, 'Evening at the harbour', { picture: picture(), description: 'Hills behind calm water' });
    await alice.getByRole('button', { name: '1 new post' }).click();
    const item = article(alice, 'Evening at the harbour');
    const image = item.getByRole('img', { name: 'Hills behind calm water' });
    await image.waitFor();
    await alice.waitForFunction((one) => one.complete && one.naturalWidth > 0, await image.elementHandle());
    assert.ok(await alice.evaluate(() => window.stayed), 'the page was not loaded again');
  });

  await t.test('alice boosts, favourites and replies; bob sees all three come in', async () => {
    const item = article(alice, 'Evening at the harbour');
    await item.getByRole('button', { name: 'Boost' }).click();
    await item.getByRole('button', { name: 'Favourite' }).click();
    await item.getByRole('button', { name: 'Boost', pressed: true }).waitFor();
    await item.getByRole('button', { name: 'Favourite', pressed: true }).waitFor();
    await item.getByRole('button', { name: 'Reply' }).click();
    const dialog = alice.getByRole('dialog', { name: 'Reply to bob' });
    const text = dialog.getByLabel('Text of the post');
    assert.equal(await text.inputValue(), `@bob@${b.domain} `);
    await text.pressSequentially('I can smell the salt.');
    await dialog.getByRole('button', { name: 'Reply' }).click();
    await dialog.waitFor({ state: 'detached' });

    await bob.getByRole('feed').getByText('alice boosted your post').waitFor();
    await bob.getByRole('feed').getByText('alice favourited your post').waitFor();
    await bob.getByRole('feed').getByText('alice mentioned you').waitFor();
    await article(bob, 'I can smell the salt.').first().waitFor();
  });

  await t.test('an edit follows', async () => {
    await bob.goto('/home');
    const own = article(bob, 'Evening at the harbour').first();
    await choose(bob, own, 'Edit');
    const dialog = bob.getByRole('dialog', { name: 'Edit post' });
    await dialog.getByLabel('Text of the post').fill('Morning at the harbour');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const item = article(alice, 'Morning at the harbour').first();
    await item.waitFor();
    await item.getByText('edited', { exact: true }).waitFor({ state: 'attached' });
    await item.getByRole('img', { name: 'Hills behind calm water' }).waitFor();
  });

  await t.test('and so does the end', async () => {
    await choose(bob, article(bob, 'Morning at the harbour').first(), 'Delete');
    await bob.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await bob.getByText('Post deleted').waitFor();
    await article(alice, 'Morning at the harbour').first().waitFor({ state: 'detached' });
  });

  assertCalm(alice);
  assertCalm(bob);
});
