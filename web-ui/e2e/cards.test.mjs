// Cards of links, from a real page on this machine: title, words, picture, and what happens without them.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, post } from './support/words.mjs';

const PAGES = {
  '/wide': '<html lang="en"><meta property="og:title" content="Ice &amp; ropes"><meta property="og:site_name" content="Harbour News"><meta property="og:description" content="Winter came early"><meta property="og:image" content="/picture.png"><meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">',
  '/words': '<html lang="de"><title>Nur Wörter &lt;script&gt;</title><meta name="description" content="Ohne Bild">',
  '/hostile': '<title>x</title><meta property="og:title" content="&lt;img src=x onerror=alert(1)&gt;"><meta property="og:url" content="javascript:alert(1)"><meta property="og:image" content="javascript:alert(2)">',
};

let browser;
let shop;
let site;
let page;
before(async () => {
  site = createServer((request, response) => {
    const html = PAGES[new URL(request.url, 'http://x').pathname];
    if (request.url === '/picture.png') return response.setHeader('content-type', 'image/png').end(picture('p.png', 1200, 630).buffer);
    if (!html) return response.writeHead(404).end();
    return response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  site.url = `http://localhost:${site.address().port}`;
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
  for (const [at, path] of Object.keys(PAGES).entries()) await post(page, `Link ${at}: ${site.url}${path}`);
  await until('the cards', async () => {
    const posts = await (await fetch(`${shop.url}/api/v1/timelines/public?local=true`)).json();
    return posts.filter(({ card }) => card).length === Object.keys(PAGES).length;
  });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  site?.close();
});

test('a page with a picture has a wide card, its picture comes from our own server, and the card leads there', async () => {
  await page.goto('/home');
  const item = article(page, 'Link 0').first();
  const link = item.getByRole('link', { name: 'Ice & ropes' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), `${site.url}/wide`);
  assert.match(await link.getAttribute('rel'), /noreferrer/);
  await item.getByText('Harbour News').waitFor();
  const image = item.locator('.card img');
  assert.ok((await image.getAttribute('src')).startsWith(shop.url));
  await until('the picture', () => image.evaluate((one) => one.complete && one.naturalWidth > 0));
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `cards, ${scheme}`);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await page.setViewportSize({ width: 1280, height: 900 });
  assertCalm(page);
});

test('a page of words has its words, in their language; what a page says is text, never more', async () => {
  const words = article(page, 'Link 1').first();
  await words.getByText('Ohne Bild').waitFor();
  assert.equal(await words.locator('[lang=de]').count(), 1);
  const hostile = article(page, 'Link 2').first();
  const link = hostile.getByRole('link', { name: '<img src=x onerror=alert(1)>' });
  assert.equal(await link.getAttribute('href'), `${site.url}/hostile`);
  assert.equal(await hostile.locator('.card img').count(), 0);
  assertCalm(page);
});

test('a card can be opened from the keyboard, and its post still by Enter', async () => {
  await article(page, 'Link 0').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Post', exact: true }).waitFor();
  await article(page, 'Link 0').getByRole('link', { name: 'Ice & ropes' }).focus();
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
  await tab.close();
});
