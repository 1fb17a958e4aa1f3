// axe on every screen in every look, wide and narrow; and nothing wider than a small phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, DESK, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { article, compose, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let thread;
/** What alice made that has a page of its own, by the name of its route. */
const made = {};
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  await post(page, 'Some #bread and a picture', { picture: picture(), description: 'A harbour' });
  const dialog = await compose(page);
  await dialog.getByRole('button', { name: 'Content warning' }).click();
  await dialog.getByLabel('Content warning, shown before the text').fill('Soup');
  await dialog.getByLabel('Text of the post').fill('Tomato');
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await article(page, 'Some #bread').first().getByRole('link', { name: /now|\dm/ }).click();
  await page.waitForURL(/@alice\/\d+/);
  thread = new URL(page.url()).pathname;
  const headers = { authorization: `Bearer ${await shop.token('alice', 'read write')}`, 'content-type': 'application/json' };
  const make = async (route, body) => {
    const answer = await fetch(`${shop.url}/api/${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  made.list = (await make('v1/lists', { title: 'Bakers' })).id;
  made.filter = (await make('v2/filters', { title: 'Rain', context: ['home'], keywords_attributes: [{ keyword: 'rain' }] })).id;
  made.collection = (await make('v1/collections', { name: 'Boats', description: 'They sail', sensitive: false, discoverable: true })).collection.id;
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Address and a word that stands on the screen once it is complete. */
const screens = () => [
  ['/home', 'Some'],
  ['/local', 'Some'],
  ['/public', 'Some'],
  ['/tags/bread', 'Some'],
  ['/notifications', 'No notifications'],
  ['/search?q=alice', 'People'],
  ['/explore', 'No posts stand out'],
  ['/explore/tags', 'No tags stand out'],
  ['/explore/people', 'Nobody is listed yet'],
  ['/bookmarks', 'No bookmarks yet'],
  ['/favourites', 'No favourites yet'],
  ['/follow_requests', 'No one is waiting'],
  ['/settings', 'Appearance'],
  ['/settings/profile', 'Display name'],
  ['/settings/appearance', 'High contrast'],
  ['/settings/columns', 'Pinned timelines'],
  ['/deck', 'Community'],
  ['/settings/wellness', 'Quiet hours'],
  ['/settings/reading', 'Show counts'],
  ['/settings/posting', 'Who can see new posts'],
  ['/settings/account', 'Change password'],
  ['/settings/delete', 'There is no way back.'],
  ['/settings/access', 'This browser'],
  ['/settings/following', 'No one to show'],
  ['/settings/data', 'What is there already'],
  ['/welcome', 'Name a tag'],
  ['/drafts', 'No drafts'],
  ['/scheduled', 'Nothing is waiting'],
  ['/catchup', 'What did you miss?'],
  ['/lists', 'Bakers'],
  ['/lists/new', 'Replies'],
  ['/followed_tags', 'You follow no tags'],
  ['/conversations', 'No private mentions'],
  ['/notifications/requests', 'Nobody is held back'],
  ['/settings/notifications', 'New accounts'],
  ['/domain_blocks', 'You block no server'],
  ['/@alice/featured', 'All your collections'],
  ['/@alice/collections', 'Boats'],
  ['/collections/new', 'Hashtag it is about'],
  ['/filters', 'Rain'],
  ['/filters/new', 'Words'],
  ['/blocks', 'You block nobody'],
  ['/mutes', 'You mute nobody'],
  ['/publish', 'New post'],
  ['/@alice', 'Joined'],
  ['/@alice/media', 'Joined'],
  ['/@alice/followers', 'No followers to show'],
  ['/@alice/with_replies', 'Joined'],
  ['/@alice/tagged/bread', 'Some'],
  ['/@alice/following', 'No one to show'],
  ['/settings/followers', 'No followers to show'],
  ['/settings/moves', 'Move'],
  [`/lists/${made.list}`, 'Bakers'],
  [`/lists/${made.list}/edit`, 'Replies'],
  [`/filters/${made.filter}`, 'Words'],
  ['/collections/mine', 'Boats'],
  [`/collections/${made.collection}`, 'They sail'],
  ['/notifications/requests/1', 'not'],
  ['/links/https%3A%2F%2Fexample.com%2F', 'Nobody has written about this yet'],
  [`${thread}/favourites`, 'No one has favourited this post'],
  [`${thread}/quotes`, 'No one has quoted this post'],
  [thread, 'favourites'],
  ['/nothing/like/it', 'not'],
];

test('no screen of the app is left out', async () => {
  const table = await readFile(new URL('../src/routes.ts', import.meta.url), 'utf8');
  const routes = [...table.matchAll(/name: '([^']+)',\s*path: \/(.+?)\/, *(?:title|open|load|broad|$)/gm)];
  assert.ok(routes.length > 50, `${routes.length} routes`);
  const addresses = screens().map(([address]) => address.split('?')[0]);
  const missing = routes.filter(([, , path]) => !addresses.some((address) => new RegExp(path).test(address))).map(([, name]) => name);
  assert.deepEqual(missing, []);
});

/** How the app may look on each device. Every theme and hue is here, each part of a choice once. */
const LOOKS = [
  [
    'wide',
    DESK,
    [
      ['light', 'light', {}],
      ['dark', 'dark', {}],
      ['high contrast by day in amber', 'dark', { theme: 'light', contrast: true, hue: 'amber' }],
      ['high contrast by night in violet', 'light', { theme: 'dark', contrast: true, hue: 'violet' }],
    ],
  ],
  [
    'narrow',
    PHONE,
    [
      ['light in green', 'light', { hue: 'green' }],
      ['dark in blue', 'dark', { hue: 'blue' }],
      ['black in pink', 'light', { theme: 'black', hue: 'pink' }],
    ],
  ],
];

/** All rules in the first look; in the others those about colours, since nothing else changes. */
async function assertInEveryLook(page, looks, what) {
  for (const [at, [look, colorScheme, choices]] of looks.entries()) {
    await page.emulateMedia({ colorScheme });
    // As if it was chosen in another window.
    await page.evaluate((chosen) => {
      localStorage.setItem('shop:prefs', chosen);
      dispatchEvent(new StorageEvent('storage', { key: 'shop:prefs', newValue: chosen }));
    }, JSON.stringify(choices));
    await assertAccessible(page, `${what}, ${look}`, { colours: at > 0 });
  }
}

for (const [size, viewport, looks] of LOOKS) {
  describe(size, () => {
    let page;
    before(async () => {
      page = await openPage(browser, shop, { viewport });
      await signIn(page, alice);
    });
    after(() => page.context().close());

    test('every screen', async (t) => {
      for (const [address, word] of screens()) {
        await t.test(address, async () => {
          await page.goto(address);
          await page.locator('main').getByText(word).locator('visible=true').first().waitFor();
          await assertInEveryLook(page, looks, address);
        });
      }
      assertCalm(page);
    });

    test('windows and menus', async () => {
      await page.goto('/home');
      await article(page, 'Some').first().waitFor();
      const dialog = await compose(page);
      await assertInEveryLook(page, looks, 'the composer');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await article(page, 'Some').first().getByRole('button', { name: /^View/ }).click();
      await page.getByRole('dialog', { name: /Picture/ }).waitFor();
      await assertInEveryLook(page, looks, 'the media viewer');
      await page.keyboard.press('Escape');
      await article(page, 'Some').first().getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem').first().waitFor();
      await assertInEveryLook(page, looks, 'a menu');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await assertInEveryLook(page, looks, 'the keyboard legend');
      assertCalm(page);
    });
  });
}

test('the looks are other colours indeed', async () => {
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  const seen = new Set();
  for (const [look, colorScheme, choices] of LOOKS.flatMap(([, , looks]) => looks)) {
    await assertInEveryLook(page, [[look, colorScheme, choices]], 'home');
    seen.add(
      await page.evaluate(() =>
        ['html', 'nav [aria-current]'].map((selector) => {
          const { color, backgroundColor } = getComputedStyle(document.querySelector(selector));
          return `${color} on ${backgroundColor}`;
        }).join(),
      ),
    );
  }
  assert.equal(seen.size, LOOKS.flatMap(([, , looks]) => looks).length);
});

for (const scheme of ['light', 'dark']) {
  test(`pages for guests, ${scheme}`, async (t) => {
    const page = await openPage(browser, shop, { scheme });
    for (const address of ['/auth/sign_in', '/@alice', thread, '/tags/bread', '/about']) {
      await t.test(address, async () => {
        await page.goto(address);
        await assertAccessible(page, address);
      });
    }
    assertCalm(page);
  });
}

test('nothing is wider than a small phone', async () => {
  const page = await openPage(browser, shop, { viewport: { width: 320, height: 640 } });
  await signIn(page, alice);
  for (const [address, word] of screens()) {
    await page.goto(address);
    await page.locator('main').getByText(word).locator('visible=true').first().waitFor();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${address} is ${over} px too wide`);
  }
});
