// Draws the pictures of the README from `shop demo`: home, a thread, notifications and a profile, by day and night.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DESK, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { Shop, until } from './support/shop.mjs';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** The first sign-in that the demo prints once its community has moved in. */
async function firstSignIn(shop) {
  const text = await until('the sign-ins', () => /\{[\s\S]*"sign_ins"[\s\S]*\]\s*\}/.exec(shop.output)?.[0], 180_000);
  return JSON.parse(text).sign_ins[0];
}

const shots = [
  { name: 'home-light-desktop', path: '/home', viewport: DESK, scheme: 'light' },
  { name: 'home-dark-desktop', path: '/home', viewport: DESK, scheme: 'dark' },
  { name: 'home-dark-phone', path: '/home', viewport: PHONE, scheme: 'dark' },
  { name: 'thread-light-desktop', path: 'thread', viewport: DESK, scheme: 'light' },
  { name: 'notifications-phone', path: '/notifications', viewport: PHONE, scheme: 'dark' },
  { name: 'profile', path: 'profile', viewport: DESK, scheme: 'light' },
  { name: 'compose', path: '/home', viewport: DESK, scheme: 'light', write: 'Good morning from the harbour' },
];

const browser = await openBrowser();
const shop = await Shop.start('demo');
try {
  await mkdir(folder, { recursive: true });
  const person = await firstSignIn(shop);
  for (const { name, path, viewport, scheme, write } of shots) {
    const page = await openPage(browser, shop, { viewport, scheme });
    await signIn(page, person, path.startsWith('/') ? path : '/home');
    await page.getByRole('article').first().waitFor();
    if (path === 'thread') await page.getByRole('article').filter({ hasText: 'Replying to' }).first().locator('[data-key="o"]').click();
    if (path === 'profile') {
      await page.goto(`/@${person.name}`);
      await page.getByRole('article').first().waitFor();
    }
    if (write) {
      await page.getByRole('button', { name: 'What would you like to say?' }).click();
      await page.getByLabel('Text of the post').fill(write);
    }
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => Promise.all([...document.images].filter((image) => image.loading !== 'lazy').map((image) => image.decode().catch(() => {}))));
    await page.screenshot({ path: `${folder}${name}.png` });
    console.log(`docs/images/${name}.png`);
    await page.context().close();
  }
} finally {
  await browser.close();
  await shop.stop();
}
