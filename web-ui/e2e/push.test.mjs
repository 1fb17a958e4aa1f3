// Notes while the app is closed: the browser subscribes with the server's key, the server sends to the push service, the
// service worker shows what came. The browser's own push service lies in the internet; the one here is ours.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { PushService } from './support/push-service.mjs';
import { Shop, until } from './support/shop.mjs';

let browser;
let shop;
let service;
let page;
before(async () => {
  [browser, shop, service] = await Promise.all([openBrowser(), Shop.start(), PushService.start()]);
  await shop.account('bob');
  page = await openPage(browser, shop);
  await page.context().grantPermissions(['notifications'], { origin: shop.url });
  await signIn(page, await shop.account('alice'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  service?.stop();
});

const turn = () => page.getByLabel('Show notes in this browser');

test('a browser without a push service says so, and nothing is switched on', async () => {
  await page.addInitScript(() => {
    // Stands where the browser would reach into the internet.
    PushManager.prototype.subscribe = async (options) => {
      window.asked = { ...options, applicationServerKey: [...options.applicationServerKey] };
      if (!window.answer) throw new DOMException('Registration failed - push service error', 'AbortError');
      return { toJSON: () => window.answer };
    };
    PushManager.prototype.getSubscription = async () => window.answer && { toJSON: () => window.answer, unsubscribe: async () => delete window.answer };
  });
  await page.goto('/settings/notifications');
  await turn().click();
  await page.getByText('The browser could not reach its own push service.').waitFor();
  assert.equal(await turn().isChecked(), false);
});

test('the subscription carries the server’s key, and a mention comes through it to the eye', async () => {
  await page.evaluate((answer) => (window.answer = answer), service.subscription);
  await turn().click();
  await page.getByRole('checkbox', { name: 'Mentions', exact: true }).waitFor();
  const asked = await page.evaluate(() => window.asked);
  assert.equal(asked.userVisibleOnly, true);
  const { configuration } = await (await fetch(`${shop.url}/api/v2/instance`)).json();
  assert.deepEqual(Buffer.from(asked.applicationServerKey), Buffer.from(configuration.vapid.public_key, 'base64url'));

  const token = await shop.token('bob', 'read write');
  const answer = await fetch(`${shop.url}/api/v1/statuses`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ status: '@alice the ice is thick enough' }) });
  assert.ok(answer.ok);
  const { headers, body } = await until('the message', () => service.taken[0]);
  const [, proof, key] = /^vapid t=([^,]+),\s*k=(.+)$/.exec(headers.authorization);
  assert.deepEqual(Buffer.from(key, 'base64url'), Buffer.from(asked.applicationServerKey));
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const [head, claims, signature] = proof.split('.');
  const signed = verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  assert.ok(signed, 'the proof is signed with the key that the browser was told');

  const data = service.open(body);
  assert.match(JSON.parse(data).body, /the ice is thick enough/);
  await deliver(data);
  const [note] = await until('the note', async () => (await notes()).length && notes());
  assert.match(note.title, /bob/);
  assert.match(note.body, /the ice is thick enough/);
  assertCalm(page);
});

test('a message that cannot be read still shows that there is something new', async () => {
  await page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).forEach((note) => note.close()));
  const note = await shown('{');
  assert.equal(note.title, 'News');
});

test('in quiet hours a note makes no sound', async () => {
  assert.equal((await notes())[0].silent, false);
  await page.evaluate(async () => {
    (await (await navigator.serviceWorker.ready).getNotifications()).forEach((note) => note.close());
    // As the page of wellness leaves them there: the whole day.
    await (await caches.open('quiet')).put('/quiet-hours', new Response(JSON.stringify({ from: '00:00', until: '24:00' })));
  });
  const note = await shown('{"title":"Hush"}');
  assert.deepEqual([note.title, note.silent], ['Hush', true]);
});

test('switched off, the server sends no more', async () => {
  await turn().click();
  await page.getByRole('checkbox', { name: 'Mentions', exact: true }).waitFor({ state: 'detached' });
  const token = await page.evaluate(() => JSON.parse(document.getElementById('shop-session').textContent).token);
  const answer = await fetch(`${shop.url}/api/v1/push/subscription`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 404);
});

const notes = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, silent }) => ({ title, body, silent })));

/** What the worker shows of a message. A browser may drop one while it stops the worker; a push service sends it again. */
async function shown(data) {
  const seen = () => until('the note', async () => (await notes())[0], 15_000);
  for (let times = 1; times < 3; times += 1) {
    await deliver(data);
    const note = await seen().catch(() => null);
    if (note) return note;
  }
  await deliver(data);
  return seen();
}

/** Wakes the service worker with a message, as the push service of the browser would. */
async function deliver(data) {
  const tools = await page.context().newCDPSession(page);
  const registration = new Promise((resolve) => tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations.length && resolve(registrations[0])));
  await tools.send('ServiceWorker.enable');
  const { registrationId } = await registration;
  await tools.send('ServiceWorker.deliverPushMessage', { origin: shop.url, registrationId, data });
  await tools.detach();
}
