// Notifications in groups, those held back, and private mentions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let shop;
let page;
const calls = {};
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  for (const name of ['bob', 'carol', 'dora']) {
    await shop.account(name);
    const token = await shop.token(name, 'read write follow');
    calls[name] = async (path, body) => {
      const answer = await fetch(shop.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return answer.json();
    };
  }
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('favourites of one post are one row, which grows live; kinds are told apart', async () => {
  await post(page, 'Bread for everybody');
  const href = await article(page, 'Bread for everybody').first().locator('[data-key=o]').getAttribute('href');
  const id = href.split('/').at(-1);
  await calls.bob(`/api/v1/statuses/${id}/favourite`);
  await calls.carol(`/api/v1/statuses/${id}/favourite`);
  await page.goto('/notifications');
  await page.getByText('carol and 1 other favourited your post').waitFor();
  await calls.dora(`/api/v1/statuses/${id}/favourite`);
  await page.getByText('dora and 2 others favourited your post').waitFor();
  assert.equal(await page.getByRole('article').count(), 1, 'still one row');
  await calls.bob('/api/v1/statuses', { status: 'Thank you @alice' });
  await article(page, 'Thank you').waitFor();
  await assertAccessible(page, 'notifications');
  await page.getByRole('button', { name: 'Favourites' }).click();
  await page.getByText('dora and 2 others favourited your post').waitFor();
  assert.equal(await article(page, 'Thank you').count(), 0);
  await page.getByRole('button', { name: 'Mentions' }).click();
  await article(page, 'Thank you').waitFor();
  assertCalm(page);
});

test('who follows is followed back from the row that tells of it', async () => {
  const { id } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=alice`)).json();
  await calls.dora(`/api/v1/accounts/${id}/follow`);
  await page.goto('/notifications');
  const row = article(page, 'dora followed you');
  await row.getByRole('button', { name: 'Follow back dora' }).press('Enter');
  await row.getByRole('button', { name: 'Following dora: unfollow' }).waitFor();
  await assertAccessible(page, 'a follow that was answered');
  await row.getByRole('button', { name: 'Following dora: unfollow' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unfollow' }).click();
  await row.getByRole('button', { name: 'Follow back dora' }).waitFor();
});

test('strangers are held back, looked at, and let in or not', async () => {
  await page.goto('/settings/notifications');
  await page.getByLabel('People you do not follow').selectOption({ label: 'Hold back' });
  await page.getByText('Saved').waitFor();
  await assertAccessible(page, 'the policy of notifications');
  await calls.carol('/api/v1/statuses', { status: 'May I ask you something @alice' });
  await calls.dora('/api/v1/statuses', { status: 'Buy cheap flour @alice' });
  await page.goto('/notifications');
  await page.getByRole('link', { name: '2 people are held back' }).click();
  await page.getByText('May I ask you something').waitFor();
  await assertAccessible(page, 'people held back');
  await page.getByRole('button', { name: 'Throw away what dora sent' }).click();
  await page.getByText('Buy cheap flour').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '1 notification' }).click();
  await article(page, 'May I ask you something').first().waitFor();
  await page.getByRole('button', { name: 'Let in' }).click();
  await page.getByText('Nobody is held back').waitFor();
  await page.goto('/notifications');
  await page.getByText('May I ask you something').waitFor();
  assertCalm(page);
});

test('private mentions are gathered by conversation, unread until read', async () => {
  // Private words of strangers are held back; those of people one follows are not.
  await page.goto('/@bob');
  await page.getByRole('button', { name: 'Follow bob' }).click();
  await page.getByText('Following @bob').waitFor();
  await calls.bob('/api/v1/statuses', { status: '@alice between us', visibility: 'direct' });
  await page.goto('/conversations');
  const row = article(page, 'between us');
  await row.waitFor();
  assert.match(await row.getAttribute('aria-label'), /^bob, unread/);
  // A conversation among several, whose names and words are longer than a phone is wide.
  const carol = { authorization: `Bearer ${await shop.token('carol', 'write')}` };
  const named = await fetch(`${shop.url}/api/v1/accounts/update_credentials`, { method: 'PATCH', headers: carol, body: new URLSearchParams({ display_name: 'Carol of the Long Street' }) });
  assert.ok(named.ok);
  await calls.bob('/api/v1/statuses', { status: `@alice @carol @dora ${'many words that go on '.repeat(5)}`, visibility: 'direct' });
  await article(page, 'many words').waitFor();
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'wider than a small phone');
  await page.setViewportSize(wide);
  await assertAccessible(page, 'private mentions');
  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'Post' }).waitFor();
  await page.goto('/conversations');
  await page.waitForFunction(() => [...document.querySelectorAll('article')].some((row) => /between us/.test(row.innerText) && !/, unread/.test(row.getAttribute('aria-label'))));
  await page.getByRole('button', { name: 'New private mention' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Who can see this: Mentioned people' }).waitFor();
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Take off this list' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take off this list' }).click();
  await row.waitFor({ state: 'detached' });
  await article(page, 'many words').waitFor();
  assertCalm(page);
});
