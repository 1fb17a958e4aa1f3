// What a post shows beside its words: its tags in a row, its place in a thread, replies from elsewhere, a translation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, choose, compose, post } from './support/words.mjs';

let browser;
let shop;
let page;
let token;
let alice;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop, { scheme: 'dark' });
  await signIn(page, await shop.account('alice'));
  await shop.account('bob');
  token = await shop.token('bob', 'read write');
  alice = await shop.token('alice', 'read');
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

async function bob(body) {
  const answer = await fetch(`${shop.url}/api/v1/statuses`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.ok(answer.ok);
  return answer.json();
}

test('hashtags at the end stand in a row of their own, of many the first', async () => {
  await post(page, 'I bake #bread\n\n#Rye #Dough');
  const item = article(page, 'I bake').first();
  const row = item.getByRole('list', { name: 'Hashtags' });
  assert.deepEqual(await row.getByRole('link').allTextContents(), ['#Rye', '#Dough']);
  assert.equal((await item.locator('.body').textContent()).trim(), 'I bake #bread');
  assert.match(await item.getAttribute('aria-label'), /#Rye #Dough/, 'the ear hears them where they were written');
  await row.getByRole('link', { name: '#Rye' }).click();
  await page.getByRole('heading', { name: '#rye' }).waitFor();
  await page.goto('/home');
  await post(page, 'Many\n#one1 #two2 #three3 #four4 #five5 #six6');
  const many = article(page, 'Many').first().getByRole('list', { name: 'Hashtags' });
  assert.equal(await many.getByRole('link').count(), 3);
  await many.getByRole('button', { name: 'and 3 more' }).click();
  assert.equal(await many.getByRole('link').count(), 6);
  await assertAccessible(page, 'rows of tags');
});

test('a thread counts its posts', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Sowing');
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('Mowing');
  await dialog.getByRole('button', { name: 'Post all' }).click();
  await dialog.waitFor({ state: 'detached' });
  await article(page, 'Sowing').first().getByText('Post 1 of 2 in this thread').waitFor({ state: 'attached' });
  await article(page, 'Mowing').first().getByText('Post 2 of 2 in this thread').waitFor({ state: 'attached' });
  assert.equal(await article(page, 'I bake').first().getByText(/in this thread/).count(), 0);
  await article(page, 'Sowing').first().getByRole('link', { name: /now|\dm/ }).click();
  await page.getByRole('heading', { name: 'Post' }).waitFor();
  await article(page, 'Mowing').getByText('2/2').waitFor();
  await assertAccessible(page, 'a thread of two');
});

test('replies that the server finds elsewhere wait until they are asked for', async () => {
  const parent = await bob({ status: 'Who bakes?' });
  // A post must be older than this test for the server to look by itself, so its word for it is put into the answer.
  let late = null;
  await page.route('**/context', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), ...(!late && { 'mastodon-async-refresh': 'id="walk", retry=1, result_count=0' }) } });
  });
  await page.route('**/async_refreshes/walk', async (route) => {
    late ??= await bob({ status: 'I do', in_reply_to_id: parent.id });
    await route.fulfill({ json: { async_refresh: { id: 'walk', status: 'finished', result_count: 1 } } });
  });
  await page.goto(`/@bob/${parent.id}`);
  await page.getByText('Looking for more replies').waitFor();
  await page.getByRole('button', { name: 'Show 1 more reply from other servers' }).click();
  await article(page, 'I do').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Show 1 more reply/ }).count(), 0);
  await page.unroute('**/context');
  await page.unroute('**/async_refreshes/walk');
});

test('a post in another language is translated where the server can, and only there', async () => {
  const german = await bob({ status: 'Brot ist gut', language: 'de', spoiler_text: 'Essen' });
  await page.goto(`/@bob/${german.id}`);
  await article(page, 'Essen').getByRole('button', { name: 'Show' }).click();
  await page.getByText('Brot ist gut').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Translate' }).count(), 0);

  await page.route('**/api/v2/instance', async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    told.configuration.translation = { enabled: true };
    await route.fulfill({ response: answer, json: told });
  });
  await page.route('**/translate', (route) => {
    assert.deepEqual(route.request().postDataJSON(), { lang: 'en' });
    return route.fulfill({ json: { content: '<p>Bread is good</p>', spoiler_text: 'Food', language: 'en', poll: null, media_attachments: [], detected_source_language: 'de', provider: 'Tolk' } });
  });
  await page.reload();
  const item = article(page, 'Essen');
  await item.getByRole('button', { name: 'Translate' }).waitFor({ state: 'detached' });
  await item.getByRole('button', { name: 'Show' }).click();
  await item.getByRole('button', { name: 'Translate' }).waitFor();
  await item.focus();
  await page.keyboard.press('t');
  await page.getByText('Bread is good').waitFor();
  await page.getByText('Translated from German by Tolk').waitFor();
  assert.equal(await page.getByText('Brot ist gut').count(), 0);
  assert.equal(await page.locator('.body').first().getAttribute('lang'), 'en');
  await assertAccessible(page, 'a translation');
  await page.getByRole('button', { name: 'Show original' }).click();
  await page.getByText('Brot ist gut').waitFor();
  assertCalm(page);
});

test('a long post is read on where it stands, whole on its own page', async () => {
  const { id } = await bob({ status: `Long ago\n${'and on\n'.repeat(40)}The end of it` });
  await page.goto('/local');
  const item = article(page, 'Long ago');
  const on = item.getByRole('button', { name: 'Read on' });
  await on.waitFor();
  const height = () => item.evaluate((one) => one.clientHeight);
  const before = await height();
  await assertAccessible(page, 'a long post in part');
  await on.press('Enter');
  await on.waitFor({ state: 'detached' });
  assert.ok((await height()) > before * 2);
  assert.equal(await article(page, 'A thread').getByRole('button', { name: 'Read on' }).count(), 0);
  await page.goto(`/@bob/${id}`);
  await article(page, 'Long ago').waitFor();
  assert.equal(await on.count(), 0);
});

test('a conversation is muted from a post in it, and heard of again', async () => {
  await page.goto('/home');
  await post(page, 'Who bakes today?');
  const own = article(page, 'Who bakes today?').first();
  await choose(page, own, 'Mute this conversation');
  await page.getByText('You hear nothing more of this conversation').first().waitFor();
  const number = /\d+$/.exec(await own.getAttribute('id'))[0];
  await bob({ status: '@alice I bake', in_reply_to_id: number });
  const heard = async () => (await (await fetch(`${shop.url}/api/v1/notifications?types[]=mention`, { headers: { authorization: `Bearer ${alice}` } })).json()).map(({ status }) => status.content.replace(/<[^>]+>/g, ''));
  assert.ok(!(await heard()).some((text) => /I bake/.test(text)));
  await choose(page, own, 'Unmute this conversation');
  await page.getByText('You hear of this conversation again').first().waitFor();
  await bob({ status: '@alice And I', in_reply_to_id: number });
  await until('the answer', async () => (await heard()).some((text) => /And I/.test(text)));
  // A conversation that has nothing to do with the reader is not notified anyway.
  await bob({ status: 'Talking to myself' });
  await page.goto('/local');
  await article(page, 'Talking to myself').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open post' }).waitFor();
  assert.equal(await page.getByRole('menuitem', { name: 'Mute this conversation' }).count(), 0);
});

test('somebody is mentioned in private from the menu, and the lines to embed a post are copied', async () => {
  await page.getByRole('menuitem', { name: 'Private mention to bob' }).click();
  const dialog = page.getByRole('dialog', { name: 'New post' });
  await dialog.getByRole('button', { name: 'Who can see this: Mentioned people' }).waitFor();
  assert.equal(await dialog.getByLabel('Text of the post').inputValue(), '@bob ');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await choose(page, article(page, 'Talking to myself'), 'Copy code to embed');
  await page.getByText('Code copied').first().waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`^<\\w+ .*${shop.url}/@bob/\\d+`));
});

test('all warnings of a thread are opened at once, and closed', async () => {
  const first = await bob({ status: 'The butler', spoiler_text: 'The end of the book' });
  await bob({ status: 'The gardener', spoiler_text: 'The end of the film', in_reply_to_id: first.id });
  await bob({ status: 'No spoiler here', in_reply_to_id: first.id });
  await page.goto(`/@bob/${first.id}`);
  await article(page, 'No spoiler here').waitFor();
  const texts = page.getByText(/^The (butler|gardener)$/);
  assert.equal(await texts.count(), 0);
  await page.getByRole('button', { name: 'Open all content warnings' }).press('Enter');
  await page.getByText('The gardener').waitFor();
  assert.equal(await texts.count(), 2);
  await assertAccessible(page, 'a thread with open warnings');
  await page.getByRole('button', { name: 'Close all content warnings' }).press('Enter');
  await page.getByText('The gardener').waitFor({ state: 'detached' });
  assert.equal(await texts.count(), 0);
  assertCalm(page);
});
