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
  await run('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'testsrc=duration=1:size=320x180:rate=10', '-f', 'lavfi', '-i', 'sine=duration=1', '-pix_fmt', 'yuv420p', join(files, 'film.mp4')]);
  await run('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'sine=duration=1', join(files, 'sound.mp3')]);
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
