// Public posts as they come: of this community, of other servers, of all; with media alone; the address says which.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

let browser;
let here;
let there;
let alice;
let page;
let bob;
before(async () => {
  [browser, here, there] = await Promise.all([openBrowser(), Shop.start(), Shop.start()]);
  alice = await here.account('alice');
  page = await openPage(browser, here);
  bob = await openPage(browser, there);
  await signIn(page, alice);
  await signIn(bob, await there.account('bob'));
  await page.goto(`/@bob@${there.domain}`);
  await page.getByRole('button', { name: 'Follow bob' }).click();
  await until('the follow', async () => (await (await fetch(`${there.url}/api/v1/accounts/lookup?acct=bob`)).json()).followers_count === 1);
  await page.goto('/home');
  await post(page, 'Words from here');
  await post(page, 'A picture from here', { picture: picture(), description: 'A harbour' });
  await post(bob, 'Words from there');
  await until('the post', async () => (await (await fetch(`${here.url}/api/v1/timelines/public?remote=true`)).json()).length);
});
after(async () => {
  await browser?.close();
  await Promise.all([here?.stop(), there?.stop()]);
});

const shown = async () => (await page.getByRole('article').allTextContents()).map((text) => /Words from \w+|A picture from here/.exec(text)?.[0]).sort();
const ALL = ['A picture from here', 'Words from here', 'Words from there'];

test('each part shows its own posts, under its own name', async () => {
  for (const [name, posts] of [['Community', ALL.slice(0, 2)], ['Everywhere', ALL], ['Elsewhere', ALL.slice(2)]]) {
    if (name === 'Community') await page.goto('/local');
    else await page.getByRole('navigation', { name: 'Live' }).getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByRole('feed', { name }).waitFor();
    assert.deepEqual(await shown(), posts, name);
    assert.equal(await page.getByRole('navigation', { name: 'Live' }).locator('[aria-current=page]').textContent(), name);
  }
  await page.reload();
  await page.getByRole('heading', { name: 'Elsewhere', level: 1 }).waitFor();
  await article(page, 'Words from there').waitFor();
  assert.deepEqual(await shown(), ALL.slice(2));
  for (const scheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `posts of other servers, ${scheme}`);
  }
  // What comes from there comes live, what is written here does not.
  await post(page, 'More words from here');
  await post(bob, 'More words from there');
  await page.getByRole('button', { name: '1 new post' }).click();
  await article(page, 'More words from there').waitFor();
  assert.equal(await article(page, 'from here').count(), 0);
});

test('words are left out on demand, in each part, and the address keeps it', async () => {
  await page.goto('/local');
  const media = page.getByRole('button', { name: 'Only with media' });
  assert.equal(await media.getAttribute('aria-pressed'), 'false');
  await media.press('Enter');
  await article(page, 'Words from here').first().waitFor({ state: 'detached' });
  await article(page, 'A picture from here').waitFor();
  assert.match(page.url(), /\/local\?media$/);
  await page.reload();
  await article(page, 'A picture from here').waitFor();
  assert.deepEqual(await shown(), ['A picture from here']);
  await page.getByRole('navigation', { name: 'Live' }).getByRole('link', { name: 'Elsewhere' }).click();
  await page.getByText('No public posts yet').waitFor();
  await page.getByRole('button', { name: 'Only with media', pressed: true }).click();
  await article(page, 'More words from there').waitFor();
  assertCalm(page);
});

test('the names fit a phone, in German too, and no word is broken', async () => {
  const phone = await openPage(browser, here, { viewport: { ...PHONE, width: 320 }, locale: 'de' });
  await signIn(phone, alice);
  for (const address of ['/public', '/mutes', '/@alice']) {
    await phone.goto(address);
    const tabs = phone.locator('main nav a');
    await tabs.first().waitFor();
    assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, address);
    // Of each word, all letters stand on one line.
    const broken = await tabs.evaluateAll((links) =>
      links.flatMap((link) => {
        const text = link.firstChild;
        return [...(text?.data ?? '').matchAll(/\S+/g)].filter(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          return range.getClientRects().length > 1;
        }).map(([word]) => word);
      }),
    );
    assert.deepEqual(broken, [], address);
  }
  await phone.context().close();
});
