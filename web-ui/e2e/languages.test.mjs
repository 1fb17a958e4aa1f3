// The app in other languages: it takes the browser's, or the reader's choice; runs from right to left in Arabic; axe on its screens. The server's own pages likewise.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, DESK, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';
import { post } from './support/words.mjs';

let browser;
let shop;
let alice;
let thread;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  await post(page, 'Bread #bread');
  await page.locator('article').first().getByRole('link', { name: /now|\dm/ }).click();
  await page.waitForURL(/@alice\/\d+/);
  thread = new URL(page.url()).pathname;
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const words = async (language) => JSON.parse(await readFile(new URL(`../src/locales/${language}.json`, import.meta.url), 'utf8'));
const root = (page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

/** Address and the message that stands on the screen once it is complete. */
const SCREENS = [
  ['/home', null],
  ['/notifications', 'notifications.empty'],
  ['/settings', 'settings.look'],
  ['/settings/appearance', 'settings.app-language'],
  ['/settings/profile', 'settings.name'],
  ['/settings/account', 'account.password-change'],
  ['/settings/access', 'access.this'],
  ['/settings/following', 'people.following-empty'],
  ['/settings/data', 'data.mode'],
  ['/welcome', 'welcome.tag'],
  ['/explore', 'trends.no-posts'],
  ['/explore/people', 'directory.empty'],
  ['/settings/columns', 'deck.pinned'],
  ['/lists/new', 'lists.replies'],
  ['/filters/new', 'filters.words'],
  ['/@alice/collections', 'collections.none'],
  ['/collections/new', 'collections.tag'],
  ['/@alice', 'profile.joined'],
];

for (const [language, direction] of [['ar', 'rtl'], ['ja', 'ltr']]) {
  for (const [width, viewport] of [['wide', DESK], ['narrow', PHONE]]) {
    describe(`${language}, ${width}`, () => {
      let page;
      let said;
      before(async () => {
        said = await words(language);
        page = await openPage(browser, shop, { viewport, locale: language });
        await signIn(page, alice);
      });
      after(() => page.context().close());

      test('every screen is in the language of the browser, and in its direction', async (t) => {
        for (const [address, key] of [...SCREENS, [thread, null]]) {
          await t.test(address, async () => {
            await page.goto(address);
            await page.locator('main').getByText(key ? said[key] : 'Bread').locator('visible=true').first().waitFor();
            assert.deepEqual(await root(page), [language, direction]);
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(over <= 0, `${address} is ${over} px too wide`);
            await assertAccessible(page, `${address} in ${language}`);
          });
        }
        assertCalm(page);
      });

      test('the composer', async () => {
        await page.goto('/home');
        await page.locator('article').first().waitFor();
        await page.keyboard.press('n');
        const dialog = page.getByRole('dialog', { name: said['compose.title'] });
        await dialog.waitFor();
        await assertAccessible(page, `the composer in ${language}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        assertCalm(page);
      });
    });
  }
}

test('long words fit a small phone', async () => {
  for (const language of ['de', 'es', 'fr']) {
    const said = await words(language);
    const page = await openPage(browser, shop, { viewport: { width: 320, height: 640 }, locale: language });
    await signIn(page, alice);
    for (const [address, key] of [...SCREENS, [thread, null]]) {
      await page.goto(address);
      await page.locator('main').getByText(key ? said[key] : 'Bread').locator('visible=true').first().waitFor();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${address} in ${language} is ${over} px too wide`);
    }
    assertCalm(page);
    await page.context().close();
  }
});

test('pages without script are in the language of the browser too, and fit a small phone', async () => {
  for (const [language, direction] of [['ar', 'rtl'], ['de', 'ltr'], ['fr', 'ltr'], ['ja', 'ltr']]) {
    const page = await openPage(browser, shop, { viewport: { width: 320, height: 640 }, locale: language });
    for (const address of ['/', '/auth/sign_in', '/auth/sign_up', '/auth/password/new', '/about', '/privacy-policy', '/@alice', thread, '/nothing']) {
      await page.goto(address);
      assert.deepEqual(await root(page), [language, direction], address);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${address} in ${language} is ${over} px too wide`);
      await assertAccessible(page, `${address} in ${language}`);
    }
    assertCalm(page);
    await page.context().close();
  }
});

test('the tabs of a profile stand in one line on a phone, the current one in sight', async () => {
  for (const language of ['en', 'de', 'es', 'fr', 'ja', 'ar']) {
    const said = await words(language);
    const page = await openPage(browser, shop, { viewport: PHONE, locale: language });
    await signIn(page, alice);
    for (const width of [PHONE.width, 320]) {
      await page.setViewportSize({ ...PHONE, width });
      for (const address of ['/@alice', '/@alice/featured']) {
        await page.goto(address);
        const tabs = page.getByRole('navigation', { name: said['profile.tabs'] });
        await tabs.getByRole('link', { name: said['profile.tab-featured'] }).waitFor();
        const seen = await tabs.evaluate((row) => {
          const lines = [...row.children].map((tab) => {
            const text = document.createRange();
            text.selectNodeContents(tab);
            return text.getClientRects().length;
          });
          const [outer, inner] = [row, row.querySelector('[aria-current]')].map((one) => one.getBoundingClientRect());
          return { lines, inSight: inner.left >= outer.left - 1 && inner.right <= outer.right + 1, over: document.documentElement.scrollWidth - innerWidth };
        });
        assert.deepEqual(seen, { lines: [1, 1, 1, 1], inSight: true, over: 0 }, `${address} in ${language} at ${width} px`);
      }
    }
    assertCalm(page);
    await page.context().close();
  }
});

test('in Arabic the rail stands on the right, arrows that point back point to the right', async () => {
  const page = await openPage(browser, shop, { locale: 'ar' });
  await signIn(page, alice);
  await page.goto('/settings/appearance');
  await page.locator('main select').first().waitFor();
  const [rail, main] = await page.evaluate(() => ['header.side', 'main'].map((one) => document.querySelector(one).getBoundingClientRect().x));
  assert.ok(rail > main, 'the rail is on the right');
  const arrow = page.locator('main svg.icon:has(use[href="#i-arrow-left"])').first();
  assert.match(await arrow.evaluate((icon) => getComputedStyle(icon).transform), /^matrix\(-1/);
  await page.context().close();
});

test('the choice of a language comes before the browser, and holds; numbers and dates follow', async () => {
  const page = await openPage(browser, shop, { locale: 'ja' });
  await signIn(page, alice);
  await page.goto('/settings/appearance');
  const [ja, de] = await Promise.all([words('ja'), words('de')]);
  await page.getByLabel(ja['settings.app-language']).selectOption({ label: 'Deutsch' });
  await page.getByLabel(de['settings.app-language']).waitFor();
  assert.deepEqual(await root(page), ['de', 'ltr']);
  await page.goto('/@alice');
  await page.locator('main').getByText(de['profile.joined']).first().waitFor();
  assert.match(await page.locator('main').innerText(), /\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\. \p{L}+\.? \d{4}/u);
  await page.goto('/settings/appearance');
  await page.getByLabel(de['settings.app-language']).selectOption('');
  await page.getByLabel(ja['settings.app-language']).waitFor();
  assertCalm(page);
  await page.context().close();
});

/** Keys of the catalog that stand on the screen, or are heard, in place of words. */
const shownKeys = (page, keys) =>
  page.evaluate((known) => {
    const all = new Set(known);
    const said = [...document.querySelectorAll('body *')].flatMap((one) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name)));
    return [document.title, document.body.innerText, ...said].flatMap((text) => (text ?? '').split(/[\s·]+/)).filter((word) => all.has(word));
  }, Object.keys(keys));

/** Without the worker, which would have the files already, each comes over the network. */
const withoutWorker = (page) => page.addInitScript(() => void delete Navigator.prototype.serviceWorker);

test('a browser loads the words of one language, and says so when it cannot', async () => {
  const page = await openPage(browser, shop, { locale: 'fr' });
  await withoutWorker(page);
  const asked = new Set();
  page.on('request', (request) => asked.add(/\/assets\/(words-.+)-[\w-]{8}\.js$/.exec(new URL(request.url()).pathname)?.[1] ?? ''));
  await signIn(page, alice);
  await page.locator('article').first().waitFor();
  await page.getByRole('link', { name: (await words('fr'))['settings.title'] }).first().click();
  await page.getByText((await words('fr'))['settings.look']).waitFor();
  assert.deepEqual([...asked].sort(), ['', 'words-fr', 'words-fr.rest']);
  assertCalm(page);
  await page.route('**/assets/words-*', (route) => route.abort());
  await page.goto('/home');
  await page.getByText('The server cannot be reached').waitFor();
  await page.context().close();
});

test('home has its words before all others are here; what else opens waits for them, or says that they did not come', async () => {
  const said = await words('de');
  const page = await openPage(browser, shop, { locale: 'de' });
  await withoutWorker(page);
  const held = [];
  let answer = (route) => held.push(route);
  await page.route('**/assets/words-*.rest-*', (route) => answer(route));
  await signIn(page, alice);
  const bread = page.locator('article').filter({ hasText: 'Bread' });
  await bread.waitFor();
  assert.deepEqual(await shownKeys(page, said), []);
  await bread.locator('[aria-haspopup=menu]').click();
  await page.getByRole('menuitem', { name: said['menu.delete'], exact: true }).waitFor();
  assert.deepEqual(await shownKeys(page, said), []);
  await assertAccessible(page, 'home with its own words alone');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('link', { name: said['settings.title'] }).first().click();
  await page.waitForURL(/settings/);
  await until('the rest of the words to be asked for', () => held.length > 0);
  assert.equal(await page.getByText(said['settings.look']).count(), 0);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(await shownKeys(page, said), []);
  for (const route of held) await route.continue();
  await page.getByText(said['settings.look']).waitFor();
  await page.getByRole('dialog', { name: said['keys.title'] }).waitFor();
  assert.deepEqual(await shownKeys(page, said), []);
  assertCalm(page);

  answer = (route) => route.abort();
  await page.goto('/settings');
  const retry = page.getByRole('button', { name: said['toast.retry'] });
  await retry.waitFor();
  assert.deepEqual(await shownKeys(page, said), []);
  answer = (route) => route.continue();
  await retry.click();
  await page.getByText(said['settings.look']).waitFor();
  await page.context().close();
});

test('without a network the page says so in the language of the app', async () => {
  const said = await words('ar');
  const page = await openPage(browser, shop, { locale: 'ar' });
  await signIn(page, alice);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.locator('article').first().waitFor();
  await page.context().setOffline(true);
  await page.goto('/notifications');
  await page.getByRole('heading', { name: said['offline.title'] }).waitFor();
  assert.deepEqual(await root(page), ['ar', 'rtl']);
  await page.context().close();
});
