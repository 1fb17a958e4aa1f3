// What home shows is the reader's choice: boosts, replies and quotes can be left out, from what is new as well.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article } from './support/words.mjs';

let browser;
let shop;
let page;
const tokens = {};

async function call(name, path, body) {
  const headers = { authorization: `Bearer ${tokens[name]}`, 'content-type': 'application/json' };
  const answer = await fetch(shop.url + path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}
const say = (name, status, more) => call(name, '/api/v1/statuses', { status, ...more });

before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  for (const name of ['bob', 'carol', 'dave']) await shop.account(name);
  for (const name of ['alice', 'bob', 'carol', 'dave']) tokens[name] = await shop.token(name, 'read write follow');
  for (const name of ['bob', 'carol']) {
    const { id } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=${name}`)).json();
    await call('alice', `/api/v1/accounts/${id}/follow`);
  }
  await say('bob', 'Plain words of bob');
  const thread = await say('bob', 'A thread begins');
  await say('bob', 'The thread goes on', { in_reply_to_id: thread.id });
  const far = await say('carol', 'Plain words of carol');
  await say('bob', '@carol A reply to carol', { in_reply_to_id: far.id });
  await say('bob', 'A quote of carol', { quoted_status_id: far.id });
  const { id: strange } = await say('dave', 'Words of a stranger');
  await call('bob', `/api/v1/statuses/${strange}/reblog`);
  const own = await say('alice', 'My own words');
  await say('bob', '@alice A reply to alice', { in_reply_to_id: own.id });
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const ALWAYS = ['Plain words of bob', 'A thread begins', 'The thread goes on', 'My own words', 'A reply to alice'];
async function choose(name, on) {
  await page.goto('/settings/reading');
  await page.getByLabel(name).setChecked(on);
  await page.goto('/home');
  await article(page, 'Plain words of bob').waitFor();
}
const there = async (text) => (await article(page, text).count()) > 0;
const boosted = () => page.getByRole('article', { name: /boosted by bob/ }).count();

test('the head of home leads to the choice', async () => {
  await article(page, 'A reply to carol').waitFor();
  assert.ok(await there('A quote of carol'));
  assert.equal(await boosted(), 1);
  await page.getByRole('link', { name: 'Choose what home shows' }).click();
  await page.getByRole('heading', { name: 'At home' }).waitFor();
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `what home shows, ${colorScheme}`);
  }
});

test('boosts, replies to others and quotes are left out, each alone, and come back', async () => {
  await choose('Show boosts', false);
  assert.equal(await boosted(), 0);
  for (const text of [...ALWAYS, 'A reply to carol', 'A quote of carol', 'Plain words of carol']) assert.ok(await there(text), text);
  await choose('Show boosts', true);
  assert.equal(await boosted(), 1);
  await choose('Show replies', false);
  assert.ok(!(await there('A reply to carol')));
  for (const text of [...ALWAYS, 'A quote of carol']) assert.ok(await there(text), text);
  await choose('Show quotes', false);
  assert.ok(!(await there('A quote of carol')));
  for (const text of ALWAYS) assert.ok(await there(text), text);
});

test('what is left out is not announced as new either', async () => {
  // Quotes and replies are out.
  const { id } = await say('carol', 'Something to quote');
  const bar = page.getByRole('button', { name: /new posts?$/ });
  await bar.waitFor();
  await say('bob', 'A late quote', { quoted_status_id: id });
  await say('bob', '@carol A late reply', { in_reply_to_id: id });
  await say('carol', 'Something plain');
  await page.getByRole('button', { name: '2 new posts' }).click();
  await article(page, 'Something plain').waitFor();
  assert.ok(!(await there('A late quote')) && !(await there('A late reply')));
  assertCalm(page);
});
