// Reading with a memory: where one left off, catching up, cards of people, reports.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, choose } from './support/words.mjs';

let browser;
let shop;
let alice;
let page;
let write;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  await shop.account('bob');
  const [mine, his] = await Promise.all([shop.token('alice', 'read write follow'), shop.token('bob', 'read write follow')]);
  const call = async (token, path, body) => {
    const answer = await fetch(shop.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { id } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=bob`)).json();
  await call(mine, `/api/v1/accounts/${id}/follow`);
  write = (status, more = {}) => call(his, '/api/v1/statuses', { status, ...more });
  for (let at = 1; at <= 45; at += 1) await write(`Number ${at} of many`);
  page = await openPage(browser, shop);
  await signIn(page, alice);
  await article(page, 'Number 45 of').waitFor();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('home keeps the place: a line, and a way there past a gap', async () => {
  await page.mouse.wheel(0, 30);
  await until('the place to be kept', () => page.evaluate(async () => {
    const { token } = JSON.parse(document.getElementById('shop-session').textContent);
    const answer = await fetch('/api/v1/markers?timeline[]=home', { headers: { authorization: `Bearer ${token}` } });
    return !!(await answer.json()).home;
  }));
  for (let at = 46; at <= 95; at += 1) await write(`Number ${at} of many`);
  await page.reload();
  await article(page, 'Number 95 of').waitFor();
  await page.getByRole('button', { name: 'Go to where you left off' }).click();
  await page.getByText('You left off here').waitFor();
  await page.waitForFunction(() => /Number 45 of many/.test(document.activeElement.getAttribute('aria-label') ?? ''));
  await assertAccessible(page, 'home with a line where one left off');
  // The row goes while it is filled: found and pressed in one step, or it may be gone between the two.
  const press = () => page.evaluate(() => { const gap = document.querySelector('button.gap:not([aria-busy=true])'); gap?.click(); return !!gap; });
  while (await press()) await page.waitForLoadState('networkidle');
  await article(page, 'Number 60 of').waitFor();
  await page.getByText('You left off here').waitFor();
});

test('catching up: the last hours, sifted and sorted, with an end', async () => {
  await write('@alice a question for you');
  await page.goto('/catchup');
  await page.getByLabel('The last').selectOption({ label: '1 hour' });
  await page.getByRole('button', { name: 'Catch up' }).click();
  await page.getByText('That was all of the last 1 hour.').waitFor();
  assert.ok((await page.getByRole('article').count()) >= 90);
  await page.getByLabel('Order').selectOption({ label: 'Oldest first' });
  assert.match(await page.getByRole('article').first().innerText(), /Number \d+ of many/);
  await page.getByRole('button', { name: /^bob: \d+ posts/ }).click();
  await assertAccessible(page, 'catching up');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Post' }).waitFor();
  // Back among the rest, all as it was, with a tick at what was seen.
  await page.goBack();
  const ticked = page.getByRole('article').filter({ has: page.getByText('Seen', { exact: true }) });
  await ticked.waitFor();
  await page.getByRole('button', { name: /^bob: \d+ posts/, pressed: true }).click();
  await page.getByLabel('By person').check();
  await page.getByRole('heading', { name: /^bob \d+/ }).waitFor();
  await page.getByRole('feed', { name: /^bob: \d+ posts/ }).waitFor();
  await page.getByLabel('Order').selectOption({ label: 'Most to read first' });
  await assertAccessible(page, 'catching up by person');
  await page.getByLabel('By person').uncheck();
  assertCalm(page);
});

test('catching up since one was last here', async () => {
  await page.getByLabel('The last').selectOption({ label: 'Since I last read' });
  await page.getByRole('button', { name: 'Catch up' }).click();
  await page.getByText('That was all since you last read.').waitFor();
  const count = await page.getByRole('article').count();
  assert.ok(count > 0 && count < 90, `${count} posts`);
  assertCalm(page);
});

test('the mouse on a name shows who that is; moving away, Escape and scrolling take it off', async () => {
  await page.goto('/home');
  const name = article(page, 'a question for you').first().getByRole('link', { name: /bob/ }).first();
  await name.hover();
  const card = page.getByRole('region', { name: 'Profile of bob' });
  await card.getByRole('button', { name: /Following bob/ }).waitFor();
  await assertAccessible(page, 'a card of a person');
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await page.mouse.move(5, 5);
  await name.hover();
  await card.waitFor();
  await page.mouse.move(5, 400);
  await card.waitFor({ state: 'detached' });
});

test('a post is reported with reasons, and its author kept away', async () => {
  await choose(page, article(page, 'a question for you').first(), 'Report bob');
  const dialog = page.getByRole('dialog', { name: 'Report @bob' });
  // What one merely does not like is nobody's business: nothing is sent.
  const sent = [];
  page.on('request', (request) => request.url().endsWith('/api/v1/reports') && sent.push(request.url()));
  await dialog.getByLabel(/^I do not like it/).check();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByText('Nobody needs to be told for that.').waitFor();
  await assertAccessible(page, 'what one does not like');
  await dialog.getByRole('button', { name: 'Mute bob' }).waitFor();
  assert.deepEqual(sent, []);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  await choose(page, article(page, 'a question for you').first(), 'Report bob');
  await dialog.getByLabel(/^Something else/).check();
  await assertAccessible(page, 'a report');
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('heading', { name: 'Which posts show it?' }).waitFor();
  assert.ok(await dialog.getByRole('checkbox', { name: /a question for you/ }).isChecked());
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByLabel('What should the moderators know?').fill('Rude');
  await dialog.getByRole('button', { name: 'Send report' }).click();
  await dialog.getByRole('heading', { name: 'Thank you' }).waitFor();
  await dialog.getByRole('button', { name: 'Mute bob' }).click();
  await page.getByRole('dialog', { name: 'Mute @bob?' }).getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByText('Muted @bob').waitFor();
  await article(page, 'a question for you').waitFor({ state: 'detached' });
  assertCalm(page);
});
