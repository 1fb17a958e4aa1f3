// Two-factor sign-in in the browser: switched on with a code, asked for at the sign-in, recovery codes, switched off.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

let browser;
let shop;
let alice;
let page;
let sheet;
let secret;
let codes;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  page = await openPage(browser, shop);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: shop.url });
  await signIn(page, alice, '/settings/account');
  sheet = page.getByRole('region', { name: 'Two-factor sign-in', exact: true });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** What an authenticator app with this secret shows (RFC 6238), so many steps from now. */
function shown(base32, steps = 0) {
  const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac('sha1', key).update(counter).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The first step of the sign-in, at a fresh browser. */
async function firstStep(options) {
  const fresh = await openPage(browser, shop, options);
  await fresh.goto('/home');
  await fresh.getByLabel(/E-mail/).fill(alice.email);
  await fresh.getByLabel('Password').fill(alice.password);
  await fresh.getByRole('button', { name: 'Sign in' }).click();
  await fresh.getByRole('heading', { name: 'Enter a code', level: 1 }).waitFor();
  return fresh;
}

test('a code of the app switches it on', async () => {
  await sheet.getByText('It is off: the password is enough.').waitFor();
  await assertAccessible(page, 'two-factor sign-in, off');
  const begin = async (password) => {
    await sheet.getByLabel('Present password').fill(password);
    await sheet.getByRole('button', { name: 'Switch on' }).click();
  };
  await begin('wrong');
  await sheet.getByRole('alert').getByText('This is not your present password.').waitFor();
  await begin(alice.password);
  const picture = sheet.getByRole('img', { name: 'QR code with the key' });
  await picture.waitFor();
  const field = sheet.getByLabel('Code of the app');
  assert.ok(await field.evaluate((input) => input === document.activeElement), 'the code is what comes next');
  await page.waitForFunction(() => [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth));
  await assertAccessible(page, 'two-factor sign-in, the key');
  secret = (await sheet.locator('code').innerText()).replaceAll(' ', '');
  assert.match(secret, /^[A-Z2-7]{32}$/);
  await sheet.getByRole('button', { name: 'Copy the key' }).click();
  await page.getByText('Copied', { exact: true }).first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  assert.ok((await sheet.getByRole('link', { name: 'Open in an app on this device' }).getAttribute('href')).startsWith('otpauth://totp/'));

  await field.fill(shown(secret, 5));
  await page.keyboard.press('Enter');
  await sheet.getByRole('alert').getByText('This code is wrong').waitFor();
  await field.fill(shown(secret));
  await page.keyboard.press('Enter');
  await sheet.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  await assertAccessible(page, 'recovery codes');
  codes = await sheet.getByRole('listitem').allInnerTexts();
  assert.equal(codes.length, 10);
  const [download] = await Promise.all([page.waitForEvent('download'), sheet.getByRole('button', { name: 'Download' }).click()]);
  assert.equal(download.suggestedFilename(), 'recovery-codes-localhost.txt');
  assert.deepEqual((await readFile(await download.path(), 'utf8')).trim().split('\n'), codes);
  await sheet.getByRole('button', { name: 'I have kept them' }).click();
  await sheet.getByText(/^On since .*\. 10 recovery codes are left\.$/).waitFor();
  await assertAccessible(page, 'two-factor sign-in, on');
});

test('signing in asks for a code after the password', async () => {
  await page.goto('/home');
  const fresh = await firstStep();
  await assertAccessible(fresh, 'the second step');
  const field = fresh.getByLabel('Code of your authenticator app');
  assert.ok(await field.evaluate((input) => input === document.activeElement));
  await field.fill('000000');
  await fresh.getByRole('button', { name: 'Sign in' }).click();
  await fresh.getByRole('alert').waitFor();
  await assertAccessible(fresh, 'a wrong code');
  await field.fill(shown(secret, 1));
  await fresh.keyboard.press('Enter');
  await fresh.waitForURL(({ pathname }) => pathname === '/home');
  await fresh.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  assertCalm(fresh);
  await fresh.context().close();
});

test('a recovery code does it once, on a phone as well', async () => {
  const recover = async (fresh) => {
    await fresh.getByText('No phone at hand?').click();
    await assertAccessible(fresh, 'the field for a recovery code');
    await fresh.getByLabel('Recovery code').fill(codes[0]);
    await fresh.getByRole('button', { name: 'Use the recovery code' }).click();
  };
  const fresh = await firstStep({ viewport: PHONE, scheme: 'dark' });
  await recover(fresh);
  await fresh.waitForURL(({ pathname }) => pathname === '/home');
  await fresh.context().close();
  const again = await firstStep({ viewport: PHONE });
  await recover(again);
  await again.getByRole('alert').waitFor();
  await again.context().close();
});

test('codes are made anew, and it is switched off', async () => {
  await page.goto('/settings/account');
  await sheet.getByText(/9 recovery codes are left\.$/).waitFor();
  const press = async (password, name) => {
    await sheet.getByLabel('Present password').fill(password);
    await sheet.getByRole('button', { name }).click();
  };
  await press('wrong', 'Make new recovery codes');
  await sheet.getByRole('alert').waitFor();
  await press(alice.password, 'Make new recovery codes');
  await sheet.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  assert.ok(!(await sheet.getByRole('listitem').allInnerTexts()).includes(codes[1]));
  await sheet.getByRole('button', { name: 'I have kept them' }).click();
  await press(alice.password, 'Switch off');
  await sheet.getByText('It is off: the password is enough.').waitFor();
  const fresh = await openPage(browser, shop);
  await signIn(fresh, alice);
  await fresh.context().close();
  assertCalm(page);
});
