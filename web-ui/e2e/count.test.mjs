// The count of the composer against the server's own answer: one character more than it says is too much.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { compose } from './support/words.mjs';

const texts = JSON.parse(await readFile(new URL('../src/fixtures/hard-texts.json', import.meta.url), 'utf8'));
/** Posts that may wait for one day. */
const A_DAY = 20;
const LIMIT = 500;
let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Asks the server to keep a post for later, so that nobody is looked up for it; answers its status. */
async function ask(text, spoiler, at) {
  const { token } = await page.evaluate(() => JSON.parse(document.getElementById('shop-session').textContent));
  const day = new Date(Date.now() + (2 + Math.floor(at / A_DAY)) * 86_400_000).toISOString();
  const answer = await fetch(`${shop.url}/api/v1/statuses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: text, spoiler_text: spoiler, scheduled_at: day }),
  });
  return { status: answer.status, error: answer.ok ? '' : (await answer.json()).error };
}

test('the composer counts as the server does', async () => {
  const dialog = await compose(page);
  const field = dialog.getByLabel('Text of the post');
  const left = dialog.locator('output > [aria-hidden]');
  const wrong = [];
  for (const [at, [text, told]] of texts.entries()) {
    await field.fill(text);
    const shown = LIMIT - Number(await left.textContent());
    if (shown !== told) wrong.push(`${JSON.stringify(text)}: the browser shows ${shown}, not ${told}`);
    // As many letters before it as still fit, on a line of their own.
    const full = `${'x'.repeat(LIMIT - shown - 1)}\n${text || 'x'}`;
    const fits = text ? full : 'x'.repeat(LIMIT);
    const [over, fit] = [await ask(`x${fits}`, '', at), await ask(fits, '', at)];
    if (over.status !== 422) wrong.push(`${JSON.stringify(text)}: one more than ${shown} is taken`);
    if (fit.status !== 200) wrong.push(`${JSON.stringify(text)}: ${shown} is refused: ${fit.error}`);
  }
  assert.deepEqual(wrong, []);
  assertCalm(page);
});

test('links in a warning and blanks around the text count as on the server', async () => {
  const link = 'https://example.org/a/very/long/path';
  const rest = 'x'.repeat(LIMIT - 23);
  assert.equal((await ask(`  ${rest}\n`, link, 0)).status, 200);
  assert.equal((await ask(`x${rest}`, link, 0)).status, 422);
});
