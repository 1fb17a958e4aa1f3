// Draws pictures from `shop demo`. Without a word: every screen by day and by night, on a desk and on a phone, into
// web-ui/screenshots/ (which nobody commits), to be looked at. With `readme`: the few of the README, into docs/images/.
import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DESK, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { BINARY, Shop, until } from './support/shop.mjs';

const README = [
  { name: 'home-light-desktop', screen: 'home', viewport: DESK, scheme: 'light' },
  { name: 'home-dark-desktop', screen: 'home', viewport: DESK, scheme: 'dark' },
  { name: 'home-dark-phone', screen: 'home', viewport: PHONE, scheme: 'dark' },
  { name: 'thread-light-desktop', screen: 'thread', viewport: DESK, scheme: 'light' },
  { name: 'notifications-phone', screen: 'notifications', viewport: PHONE, scheme: 'dark' },
  { name: 'profile', screen: 'profile', viewport: DESK, scheme: 'light' },
  { name: 'compose', screen: 'compose', viewport: DESK, scheme: 'light' },
];

/** Where each screen is, and what is done there before it is drawn. */
const PLAIN = [
  'home', 'notifications', 'explore', 'explore/tags', 'explore/people', 'local', 'public', 'conversations', 'lists', 'lists/new', 'collections/new', 'catchup', 'bookmarks',
  'favourites', 'follow_requests', 'followed_tags', 'filters', 'filters/new', 'blocks', 'mutes', 'domain_blocks', 'drafts', 'scheduled', 'publish', 'settings',
  'settings/profile', 'settings/appearance', 'settings/wellness', 'settings/reading', 'settings/posting', 'settings/notifications', 'settings/columns', 'settings/account', 'settings/access', 'settings/data', 'settings/moves', 'settings/delete',
  'notifications/requests', 'welcome',
];
/** What guests see, without script. */
const GUESTS = {
  front: () => '/',
  about: () => '/about',
  'sign-in': () => '/auth/sign_in',
  'sign-up': () => '/auth/sign_up',
  'forgotten-password': () => '/auth/password/new',
  'guest-profile': ({ me }) => `/@${me}`,
  'guest-post': ({ thread }) => thread,
  'guest-tag': ({ tag }) => `/tags/${tag}`,
  'guest-nothing': () => '/nothing/like/it',
};
const SCREENS = {
  ...Object.fromEntries(PLAIN.map((path) => [path.replaceAll('/', '-'), { path: () => `/${path}` }])),
  search: { path: () => '/search?q=bread' },
  thread: { path: ({ thread }) => thread },
  profile: { path: ({ me }) => `/@${me}` },
  'profile-media': { path: ({ me }) => `/@${me}/media` },
  'profile-featured': { path: ({ me }) => `/@${me}/featured` },
  collections: { path: ({ me }) => `/@${me}/collections` },
  collection: {
    path: () => '/collections/new',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Bread and boats');
      await page.getByLabel('Description').fill('People who bake, and people who sail');
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByLabel('Find people to put in').fill('a');
      for (let count = 0; count < 3; count += 1) await page.getByRole('button', { name: /^Add / }).first().click();
      await page.getByRole('heading', { name: '3 of 25 people' }).waitFor();
      await page.getByLabel('Find people to put in').fill('');
    },
  },
  followers: { path: ({ me }) => `/@${me}/followers` },
  tag: { path: ({ tag }) => `/tags/${tag}` },
  announcements: {
    path: () => '/home',
    before: ({ tell }) => tell('The server rests on Sunday from 8 to 9 o’clock. Nothing is lost; write on, it is sent afterwards.'),
    act: async (page) => page.getByRole('region', { name: 'Announcement', exact: true }).waitFor(),
    after: ({ takeBack }) => takeBack(),
  },
  compose: {
    path: () => '/home',
    act: async (page) => {
      const prompt = page.getByRole('button', { name: 'What would you like to say?' });
      if (await prompt.isVisible()) await prompt.click();
      else await page.getByRole('button', { name: 'New post' }).locator('visible=true').click();
      await page.getByLabel('Text of the post').fill('Good morning from the harbour');
    },
  },
  'compose-thread': {
    path: () => '/home',
    act: async (page) => {
      await page.getByRole('button', { name: 'New post' }).locator('visible=true').first().click();
      await page.getByLabel('Text of the post').fill('Rye is sown in autumn, before the first frost.');
      await page.getByRole('button', { name: 'Add a post that follows' }).click();
      await page.getByLabel('Text of post 2 of 2').fill('It sleeps under snow, and in summer it is bread.');
    },
  },
  crop: {
    path: () => '/settings/profile',
    act: async (page) => {
      await page.getByLabel('Profile picture').setInputFiles(picture());
      await page.getByRole('dialog').waitFor();
    },
  },
  reply: {
    path: ({ thread }) => thread,
    act: async (page) => {
      await page.locator('article.focused').getByRole('button', { name: 'Reply' }).click();
      await page.getByRole('dialog').getByLabel('Text of the post').waitFor();
    },
  },
  menu: {
    path: () => '/home',
    act: async (page) => {
      await page.getByRole('article').first().getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  mute: {
    path: () => '/home',
    act: async (page) => {
      const theirs = page.getByRole('article').first();
      await theirs.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: /^Mute (?!this)/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  viewer: {
    path: () => '/public',
    act: async (page) => {
      await page.getByRole('button', { name: /^View/ }).first().click();
      await page.getByRole('dialog').locator('img').first().waitFor();
    },
  },
  keyboard: {
    path: () => '/home',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  list: { path: ({ list }) => `/lists/${list}` },
  'list-edit': { path: ({ list }) => `/lists/${list}/edit` },
  reblogs: { path: ({ thread }) => `${thread}/favourites` },
  'compose-poll': {
    path: () => '/publish',
    act: async (page) => {
      await page.getByLabel('Text of the post').fill('What shall we read next?');
      await page.getByRole('button', { name: /poll/i }).click();
    },
  },
  emoji: {
    path: () => '/publish',
    act: async (page) => {
      await page.getByRole('button', { name: /emoji/i }).click();
      await page.getByRole('dialog').or(page.getByRole('searchbox')).first().waitFor();
    },
  },
  report: {
    path: () => '/home',
    act: async (page) => {
      await page.getByRole('article').first().getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: /^Report/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  columns: {
    path: () => '/deck',
    act: async (page) => {
      await page.evaluate(() => localStorage.setItem('shop:prefs', JSON.stringify({ columns: true })));
      await page.reload();
      await page.getByRole('article').first().waitFor();
    },
    after: (_, page) => page.evaluate(() => localStorage.removeItem('shop:prefs')),
  },
  ...Object.fromEntries(Object.entries(GUESTS).map(([name, path]) => [name, { path, guest: true }])),
};

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What the demo prints once its community has moved in. */
async function opened(shop) {
  return JSON.parse(await until('the sign-ins', () => /\{[\s\S]*"sign_ins"[\s\S]*\]\s*\}/.exec(shop.output)?.[0], 180_000));
}

/** Waits until everything that comes has come, pictures too. */
async function settled(page) {
  await page.locator('main h1, main h2').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => Promise.all([...document.images].filter((one) => one.loading !== 'lazy').map((one) => one.decode().catch(() => {}))));
}

async function draw(page, screen, context, path) {
  const { path: address, before, act, after } = SCREENS[screen];
  await before?.(context);
  await page.goto(address(context));
  await settled(page);
  await act?.(page);
  await settled(page);
  await page.screenshot({ path });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await after?.(context, page);
  if (over > 0) throw new Error(`${over} px too wide`);
}

const readme = process.argv.includes('readme');
const only = process.argv.slice(2).filter((word) => word in SCREENS);
const browser = await openBrowser();
const shop = await Shop.start('demo');
try {
  const { data, sign_ins: people } = await opened(shop);
  const [person] = people;
  const command = async (...words) => (await promisify(execFile)(BINARY, [...words, '--data', data])).stdout.trim();
  const context = {
    me: person.name,
    tell: async (text) => (context.told = await command('announcement', 'create', text)),
    takeBack: () => command('announcement', 'delete', context.told),
  };
  const authorization = `Bearer ${await command('token', 'create', person.name)}`;
  const lists = await (await fetch(`${shop.url}/api/v1/lists`, { headers: { authorization } })).json();
  context.list = lists[0].id;
  const posts = await (await fetch(`${shop.url}/api/v1/timelines/public?limit=40`)).json();
  const answered = posts.filter(({ in_reply_to_id: id }) => id).at(-1) ?? posts[0];
  context.thread = `/@${answered.account.acct}/${answered.id}`;
  context.tag = posts.flatMap(({ tags }) => tags)[0]?.name ?? 'bread';

  const target = folder(readme ? '../../docs/images/' : '../screenshots/');
  if (!readme && !only.length) await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const looks = readme ? README : ['light', 'dark'].flatMap((scheme) => [['desktop', DESK], ['phone', PHONE]].flatMap(([device, viewport]) =>
    (only.length ? only : Object.keys(SCREENS)).map((screen) => ({ name: `${screen}-${scheme}-${device}`, screen, viewport, scheme }))));
  let page;
  let look;
  for (const { name, screen, viewport, scheme } of looks) {
    // One visit for all screens that look alike.
    const { guest = false } = SCREENS[screen];
    if (look !== `${scheme} ${viewport.width} ${guest}`) {
      await page?.context().close();
      page = await openPage(browser, shop, { viewport, scheme });
      if (!guest) await signIn(page, person);
      look = `${scheme} ${viewport.width} ${guest}`;
    }
    try {
      await draw(page, screen, context, `${target}${name}.png`);
      console.log(`${name}.png`);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${name}: ${error.message.split('\n')[0]}`);
    }
  }
} finally {
  await browser.close();
  await shop.stop();
}
