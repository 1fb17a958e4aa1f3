// A browser whose pages must behave: no request to strangers, nothing against the content policy, no script error.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** How many times slower than this machine the pages are; a test that fails only then does not wait for what it needs. */
const SLOW = Number(process.env.SLOW ?? 1);

/** So many times the same request on one page is a loop. */
const OFTEN = 8;

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS.split(' ') });
}

/**
 * A fresh person at a fresh browser. `page.problems` collects what must not happen.
 * Refused requests are part of many tests, so the console's note about them is no problem by itself.
 */
export async function openPage(browser, shop, { viewport = DESK, scheme = 'light', motion = 'reduce', locale = 'en-GB' } = {}) {
  const phone = viewport.width < 700;
  const context = await browser.newContext({
    baseURL: shop.url,
    viewport,
    colorScheme: scheme,
    reducedMotion: motion,
    hasTouch: phone,
    isMobile: phone,
    locale,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  if (SLOW > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  page.problems = [];
  let asked = new Map();
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) asked = new Map();
  });
  page.on('request', (request) => {
    const what = `${request.method()} ${request.url()}`;
    asked.set(what, (asked.get(what) ?? 0) + 1);
    if (asked.get(what) === OFTEN) page.problems.push(`asked again and again: ${what}`);
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== shop.url) page.problems.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(shop.url).host) page.problems.push(`connection to ${socket.url()}`);
  });
  page.on('pageerror', (error) => page.problems.push(`script error: ${error.stack}`));
  page.on('console', (message) => {
    const text = message.text();
    if (/Content.Security.Policy|Refused to/i.test(text)) page.problems.push(`policy: ${text}`);
    else if (message.type() === 'error' && !/Failed to load resource/.test(text)) page.problems.push(`console: ${text}`);
  });
  return page;
}

/** Fails when something happened that must not. */
export function assertCalm(page) {
  assert.deepEqual(page.problems, []);
}

/** By the names of the fields, since the form speaks the language of the browser. */
export async function signIn(page, person, path = '/home') {
  await page.goto(path);
  await page.locator('input[name=email]').fill(person.email);
  await page.locator('input[name=password]').fill(person.password);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === new URL(path, 'http://x').pathname);
}
