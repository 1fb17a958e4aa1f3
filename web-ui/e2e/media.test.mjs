// Film and sound: sent from the composer, played in the feed, larger in the viewer.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';
import { article, compose } from './support/words.mjs';

const run = promisify(execFile);
/** The server needs ffmpeg for film and sound; where there is none there is nothing to test. */
const ffmpeg = await run('ffmpeg', ['-version']).then(() => true, () => false);

let browser;
let shop;
let page;
let files;
before(async () => {
  if (!ffmpeg) return;
  files = await mkdtemp(join(tmpdir(), 'shop-media-'));
  const quiet = ['-loglevel', 'error', '-y'];
  await run('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'testsrc=duration=60:size=320x180:rate=5', '-f', 'lavfi', '-i', 'sine=duration=60', '-pix_fmt', 'yuv420p', join(files, 'film.mp4')]);
  await run('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'sine=duration=60', join(files, 'sound.mp3')]);
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  page = await openPage(browser, shop);
  await signIn(page, await shop.account('alice'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  if (files) await rm(files, { recursive: true, force: true });
});

async function send(text, file, description) {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill(text);
  await dialog.locator('input[type=file]').setInputFiles(file);
  await dialog.getByLabel(/Describe/).fill(description);
  await dialog.getByRole('progressbar').waitFor({ state: 'detached', timeout: 120_000 });
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('film is sent, and looked at in full', { skip: !ffmpeg }, async () => {
  await send('A moving picture', join(files, 'film.mp4'), 'Colours in motion');
  const item = article(page, 'A moving picture').first();
  await item.locator('video[aria-label="Colours in motion"]').waitFor();
  assert.ok(await item.locator('video').evaluate((film) => film.paused), 'nothing plays unasked');
  await assertAccessible(page, 'film in a feed');
  await item.getByRole('button', { name: 'View: Colours in motion' }).click();
  const viewer = page.getByRole('dialog', { name: 'Picture 1 of 1' });
  await viewer.locator('video').waitFor();
  await assertAccessible(page, 'film in the viewer');
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
});

test('sound is sent, and has a line of its own', { skip: !ffmpeg }, async () => {
  await send('A tone', join(files, 'sound.mp3'), 'One long tone');
  const item = article(page, 'A tone').first();
  await item.locator('audio[aria-label="One long tone"]').waitFor();
  await item.getByText('One long tone').waitFor();
  await assertAccessible(page, 'sound in a feed');
  assertCalm(page);
});

test('what was begun plays on in a corner while its post is away, one thing at a time', { skip: !ffmpeg }, async () => {
  // Enough to scroll far away, to where posts are emptied.
  const token = await shop.token('alice', 'write');
  for (let at = 0; at < 30; at += 1) {
    const answer = await fetch(`${shop.url}/api/v1/statuses`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ status: `Line ${at}\n\nand\n\nmore\n\nlines` }) });
    assert.ok(answer.ok);
  }
  await page.goto('/home');
  await article(page, 'Line 29').waitFor();
  const item = article(page, 'A moving picture').first();
  for (let at = 0; !(await item.count()) && at < 10; at += 1) {
    await page.mouse.wheel(0, 20_000);
    await page.waitForLoadState('networkidle');
  }
  const film = page.locator('video[aria-label="Colours in motion"]');
  await item.scrollIntoViewIfNeeded();
  await film.evaluate((one) => one.play());
  const corner = page.getByRole('region', { name: 'Plays on' });
  assert.equal(await corner.count(), 0);
  await film.evaluate((one) => (one.marked = true));
  await page.evaluate(() => scrollTo({ top: 0 }));
  await corner.waitFor();
  assert.ok(await film.evaluate((one) => !one.paused && one.marked === true), 'the same film, without a stop');
  const { x, y, width, height } = await film.boundingBox();
  const { innerWidth, innerHeight } = await page.evaluate(() => ({ innerWidth, innerHeight }));
  assert.ok(x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight, 'it is on the screen');
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `film in a corner, ${colorScheme}`);
  }
  // Paused there it stays; back at its post it is part of it again.
  await film.evaluate((one) => one.pause());
  assert.ok(await corner.isVisible());
  await film.evaluate((one) => one.play());
  await page.getByRole('button', { name: 'Back to the post' }).press('Enter');
  await corner.waitFor({ state: 'detached' });
  assert.ok(await film.evaluate((one) => !one.paused && one.marked === true));
  assert.ok(await item.evaluate((post) => post === document.activeElement));
  // Sound takes its turn, and the film is quiet then; the cross ends it.
  const sound = page.locator('audio[aria-label="One long tone"]');
  await article(page, 'A tone').first().scrollIntoViewIfNeeded();
  await sound.evaluate((one) => one.play());
  assert.ok(await film.evaluate((one) => one.paused));
  await page.evaluate(() => scrollTo({ top: 0 }));
  await corner.locator('audio').waitFor();
  assert.equal(await corner.count(), 1);
  await corner.getByRole('button', { name: 'Stop' }).press('Enter');
  await corner.waitFor({ state: 'detached' });
  assert.ok(await sound.evaluate((one) => one.paused));
  assertCalm(page);
});
