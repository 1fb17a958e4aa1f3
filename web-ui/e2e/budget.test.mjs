// What the timeline may cost a weak device: two seconds to the first post that answers a tap, 3,000 elements however far
// one reads, and nothing that jumps.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article } from './support/words.mjs';

/** How much slower than this machine the device is. */
const SLOWER = 4;
const INTERACTIVE = 2_000;
const RUNS = 3;
const ELEMENTS = 3_000;
const POSTS = 520;
/** Posts that are written at once. */
const AT_ONCE = 8;

let browser;
let shop;
let alice;
let site;
let call;
let write;

/** A website with one page, whose card comes when `open` lets it. */
async function website() {
  const html = '<meta property="og:title" content="The harbour in winter"><meta property="og:description" content="Ice on the ropes."><meta property="og:image" content="/harbour.png">';
  const image = picture('harbour.png', 1200, 630).buffer;
  const server = createServer((request, response) => {
    const [kind, body] = request.url.endsWith('.png') ? ['image/png', image] : ['text/html; charset=utf-8', html];
    response.setHeader('content-type', kind);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${server.address().port}`, stop: () => server.close() };
}

before(async () => {
  [browser, shop, site] = await Promise.all([openBrowser(), Shop.start(), website()]);
  alice = await shop.account('alice');
  await shop.account('bob');
  const [mine, his] = await Promise.all([shop.token('alice', 'read write follow'), shop.token('bob', 'read write follow')]);
  call = async (token, path, body) => {
    const form = body instanceof FormData;
    const headers = { authorization: `Bearer ${token}`, ...(!form && { 'content-type': 'application/json' }) };
    const answer = await fetch(shop.url + path, { method: 'POST', headers, body: form ? body : JSON.stringify(body ?? {}) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { id } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=bob`)).json();
  await call(mine, `/api/v1/accounts/${id}/follow`);
  write = (status, more = {}) => call(his, '/api/v1/statuses', { status, ...more });
  const attach = async (name) => {
    const form = new FormData();
    form.set('file', new Blob([picture().buffer], { type: 'image/png' }), name);
    form.set('description', 'A harbour');
    return (await call(his, '/api/v2/media', form)).id;
  };
  /** Posts as they are: words short and long, pictures, polls, warnings, links. */
  const mixed = async (number) => {
    const more = {};
    let text = `Number ${number} of many. ${'Some words about the sea, and the weather. '.repeat(1 + (number % 4))}`;
    if (number % 10 === 0) more.media_ids = [await attach(`${number}.png`)];
    else if (number % 10 === 3) more.poll = { options: ['Fish', 'Chips', 'Neither'], expires_in: 86_400 };
    else if (number % 10 === 5) more.spoiler_text = 'The end of the film';
    else if (number % 10 === 7) text += `${site.url}/page-${number % 100}`;
    await write(text, more);
  };
  for (let number = 1; number <= POSTS; number += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, POSTS - number + 1) }, (_, at) => mixed(number + at));
    await Promise.all(some);
  }
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  site?.stop();
});

/** Notes in the page when the first post stands there and the browser is free to answer. */
const NOTICE = `
  const look = () => {
    if (!document.querySelector('main article [data-key="f"]')) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => performance.mark('interactive')));
  };
  requestAnimationFrame(look);`;

test('a post answers within two seconds on a device four times slower', async () => {
  const page = await openPage(browser, shop);
  await signIn(page, alice);
  await page.getByRole('article').first().waitFor();
  const tools = await page.context().newCDPSession(page);
  await page.addInitScript(NOTICE);
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.goto('/home', { waitUntil: 'commit' });
    const wall = await page.waitForFunction(() => performance.getEntriesByName('interactive')[0]?.startTime);
    const { metrics } = await tools.send('Performance.getMetrics');
    const busy = metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    runs.push({ wall: Math.round(await wall.jsonValue()), busy: Math.round(busy) });
  }
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  // The clock on the wall decides. Where others keep the machine busy it says more about them than about the page: then
  // the time that the page's own thread spent computing decides (slowed down too), which waits for nobody.
  const best = (kind) => Math.min(...runs.map((run) => run[kind]));
  console.log(`interactive after ${best('wall')} ms, of which computing ${best('busy')} ms: ${JSON.stringify(runs)}`);
  assert.ok(Math.min(best('wall'), best('busy')) <= INTERACTIVE, `interactive after ${JSON.stringify(runs)}`);
  assertCalm(page);
  await page.context().close();
});

/** Adds up what jumps without being asked; scrolling and what follows a key or a click are no jumps. */
const WATCH = `
  window.jumps = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) {
      window.jumps.push({ value: one.value, y: scrollY, what: one.sources.map(({ node, previousRect: a, currentRect: b }) =>
        (node?.nodeType === 1 ? node.outerHTML : node?.textContent ?? '').slice(0, 120) + ' ' + [a.y, a.height, b.y, b.height].map(Math.round).join()) });
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

/** Turns the wheel, and waits until what came into sight is drawn. */
async function scroll(page, by) {
  await page.mouse.wheel(0, by);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

test('five hundred posts: never more than 3,000 elements, and nothing jumps', async () => {
  const page = await openPage(browser, shop);
  await page.addInitScript(WATCH);
  await signIn(page, alice);
  await page.getByRole('article').first().waitFor();
  const count = () => page.evaluate(() => document.getElementsByTagName('*').length);
  let most = await count();
  const down = async (by) => {
    await scroll(page, by);
    most = Math.max(most, await count());
  };
  await page.mouse.move(1200, 500);
  await until('five hundred posts', async () => {
    await down(2_500);
    return (await page.locator('main article').count()) >= 500;
  }, 240_000);
  for (let step = 0; step < 10; step += 1) await down(-3_000);
  console.log(`at most ${most} elements`);
  assert.ok(most <= ELEMENTS, `${most} elements`);
  assert.deepEqual(await page.evaluate(() => window.jumps), []);
  assertCalm(page);
  await page.context().close();
});

test('pictures, cards and new posts move nothing', async () => {
  const page = await openPage(browser, shop);
  await page.addInitScript(WATCH);
  await signIn(page, alice);
  await page.getByRole('article').first().waitFor();
  await page.waitForLoadState('networkidle');
  // A post with a link is shown before its card has come.
  const fresh = await write(`Look at this: ${site.url}/fresh`);
  await page.getByRole('button', { name: /new post/ }).click();
  await page.mouse.move(1200, 500);
  await article(page, 'Look at this').waitFor();
  // What follows a click within half a second is taken for its work: only later does it count as a jump.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
  await write('And another one');
  await page.getByRole('button', { name: /new post/ }).waitFor();
  await until('the card', async () => (await (await fetch(`${shop.url}/api/v1/statuses/${fresh.id}`)).json()).card);
  // It is shown with its card once it was out of sight.
  for (let step = 0; step < 6; step += 1) await scroll(page, 1_500);
  for (let step = 0; step < 6; step += 1) await scroll(page, -1_500);
  await article(page, 'Look at this').getByText('The harbour in winter').waitFor();
  assert.deepEqual(await page.evaluate(() => window.jumps), []);
  assertCalm(page);
  await page.context().close();
});
