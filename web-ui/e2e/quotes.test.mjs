// Quotes and posts for later: written, shown, refused, taken back; waiting for their time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { article, choose, compose, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let bob;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await openPage(browser, shop);
  await signIn(alice, await shop.account('alice'));
  bob = await openPage(browser, shop, { scheme: 'dark' });
  await signIn(bob, await shop.account('bob'));
  await post(alice, 'Bread rises at dawn', { picture: picture(), description: 'A loaf' });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('a post is quoted by key, seen in the quote, and listed with the quoted', async () => {
  await bob.goto('/local');
  await article(bob, 'Bread rises at dawn').focus();
  await bob.keyboard.press('q');
  const dialog = bob.getByRole('dialog', { name: 'Quote' });
  await dialog.getByText('Bread rises at dawn').waitFor();
  await assertAccessible(bob, 'the composer with a quote');
  await dialog.getByLabel('Text of the post').fill('So true');
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await bob.goto('/@bob');
  const item = article(bob, 'So true');
  await item.getByRole('blockquote', { name: 'Quoted post of alice' }).getByText('Bread rises at dawn').waitFor();
  assert.ok(!(await item.getByText(/^RE:/).isVisible()), 'the link for apps without quotes is not shown twice');
  assert.match(await item.getAttribute('aria-label'), /bob, So true, quotes alice: Bread rises at dawn/);
  await assertAccessible(bob, 'a quote');
  await item.getByRole('blockquote').getByRole('link', { name: /^Quoted post of alice/ }).click();
  await bob.getByRole('link', { name: '1 quote' }).click();
  await bob.getByRole('heading', { name: 'Quotes' }).waitFor();
  await article(bob, 'So true').waitFor();
  await alice.goto('/notifications');
  await alice.getByText('bob quoted your post').waitFor();
});

test('a pasted link of a post becomes a quote, and can be taken out', async () => {
  const link = await alice.evaluate(async () => {
    const { token, account_id } = JSON.parse(document.getElementById('shop-session').textContent);
    const answer = await fetch(`/api/v1/accounts/${account_id}/statuses`, { headers: { authorization: `Bearer ${token}` } });
    return (await answer.json())[0].url;
  });
  await bob.goto('/home');
  await compose(bob);
  // The window is named after what is written in it.
  const dialog = bob.getByRole('dialog', { name: /^(New post|Quote)$/ });
  const text = dialog.getByLabel('Text of the post');
  await text.fill('Look: ');
  await text.evaluate((area, pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    if (area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))) {
      area.setRangeText(pasted, area.value.length, area.value.length, 'end');
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }, link);
  await dialog.getByText('Bread rises at dawn').waitFor();
  assert.equal(await text.inputValue(), 'Look:');
  await dialog.getByRole('button', { name: 'Take the quote out' }).click();
  await dialog.getByText('Bread rises at dawn').waitFor({ state: 'detached' });
  await text.fill('');
  await bob.keyboard.press('Escape');
});

test('the author takes the post back, and decides who may quote', async () => {
  await alice.goto('/@bob');
  await choose(alice, article(alice, 'So true'), 'Take my post out of this');
  await alice.getByRole('dialog').getByRole('button', { name: 'Take it out' }).click();
  await article(alice, 'So true').getByText('The author took the quoted post back').waitFor();
  await alice.goto('/@alice');
  await choose(alice, article(alice, 'Bread rises at dawn'), 'Who can quote this');
  const policy = alice.getByRole('dialog', { name: 'Who can quote this' });
  await policy.getByLabel('Only you').check();
  await policy.getByRole('button', { name: 'Save' }).click();
  await policy.waitFor({ state: 'detached' });
  await bob.goto('/local');
  await article(bob, 'Bread rises at dawn').getByRole('button', { name: 'More' }).click();
  await bob.getByRole('menuitem', { name: 'Copy link' }).waitFor();
  assert.equal(await bob.getByRole('menuitem', { name: 'Quote' }).count(), 0);
  await bob.keyboard.press('Escape');
  assertCalm(alice);
  assertCalm(bob);
});

test('a post is written for later, its time changed, and not posted after all', async () => {
  await alice.goto('/home');
  const dialog = await compose(alice);
  await dialog.getByLabel('Text of the post').fill('Good morning, tomorrow');
  await dialog.getByRole('button', { name: 'Post later' }).click();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  await dialog.getByLabel('Post at', { exact: true }).fill(tomorrow);
  await assertAccessible(alice, 'the composer with a time');
  await dialog.getByRole('button', { name: 'Schedule' }).click();
  await dialog.waitFor({ state: 'detached' });
  await alice.getByText(/^Will be posted/).waitFor();
  assert.equal(await article(alice, 'Good morning, tomorrow').count(), 0);
  await alice.goto('/scheduled');
  await alice.getByText('Good morning, tomorrow').waitFor();
  await assertAccessible(alice, 'scheduled posts');
  await alice.getByLabel('New time').fill(new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16));
  await alice.getByRole('button', { name: 'Change time' }).click();
  await alice.getByText(/^It will be posted/).waitFor();
  await alice.getByRole('button', { name: 'Do not post' }).click();
  await alice.getByRole('dialog').getByRole('button', { name: 'Do not post' }).click();
  await alice.getByText('Nothing is waiting').waitFor();
  assertCalm(alice);
});
