// Choices: of this browser, of the account; people kept away; drafts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { article, compose, post } from './support/words.mjs';

let browser;
let shop;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  const alice = await shop.account('alice');
  await shop.account('bob');
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test('colours, contrast and size hold after a reload, and every theme can be read', async () => {
  await post(page, 'Something to read');
  await page.goto('/settings/appearance');
  await page.getByLabel('Black').check();
  assert.match(await ground(), /^(oklch|lab|rgb)\(0,? 0,? 0\)/);
  await page.getByLabel('High contrast').check();
  await page.getByLabel('Text size').selectOption('150');
  await page.goto('/home');
  await article(page, 'Something to read').first().waitFor();
  assert.match(await ground(), /^(oklch|lab|rgb)\(0,? 0,? 0\)/);
  assert.ok((await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))) > 24);
  await assertAccessible(page, 'home in black with contrast');
  await page.goto('/settings/appearance');
  await page.getByLabel('Light', { exact: true }).check();
  await assertAccessible(page, 'light with contrast');
  await page.getByLabel('High contrast').uncheck();
  await page.getByLabel('Text size').selectOption('100');
});

test('the accent takes the hue one likes, stays so, and can be read by day and by night', async () => {
  const accent = () => page.evaluate(() => getComputedStyle(document.querySelector('.button:not(.secondary)') ?? document.body).backgroundColor);
  for (const theme of ['Light', 'Dark']) {
    await page.goto('/settings/appearance');
    await page.getByLabel(theme, { exact: true }).check();
    await page.getByLabel('Teal').check();
    await page.goto('/settings/profile');
    await page.getByRole('button', { name: 'Save' }).first().waitFor();
    const teal = await accent();
    await page.goto('/settings/appearance');
    await page.getByLabel('Violet').check();
    await page.goto('/settings/profile');
    await page.getByRole('button', { name: 'Save' }).first().waitFor();
    assert.notEqual(await accent(), teal, theme);
    await assertAccessible(page, `${theme} in violet`);
  }
  await page.goto('/settings/appearance');
  assert.ok(await page.getByLabel('Violet').isChecked());
  // Another window of the same browser follows.
  const other = await page.context().newPage();
  await other.goto('/settings/appearance');
  await other.getByLabel('Amber').check();
  await page.waitForFunction(() => document.querySelector('[value="amber"]').checked && document.documentElement.style.getPropertyValue('--hue') === '65');
  await other.close();
  await page.getByLabel('Teal').check();
  await page.getByLabel('Light', { exact: true }).check();
});

test('new posts begin as the account says', async () => {
  await page.goto('/settings/posting');
  await page.getByLabel('Who can see new posts').selectOption({ label: 'Followers' });
  await page.getByText('Saved').first().waitFor();
  await page.getByLabel('Language of new posts').selectOption('de');
  await page.getByText('Saved').nth(1).waitFor();
  await page.goto('/home');
  const dialog = await compose(page);
  await dialog.getByRole('button', { name: 'Who can see this: Followers' }).waitFor();
  assert.equal(await dialog.getByLabel('Language of this post').inputValue(), 'de');
  await page.keyboard.press('Escape');
});

test('one is asked before pictures go without description, and before a boost if one wishes', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Undescribed');
  await dialog.locator('input[type=file]').setInputFiles(picture());
  const send = dialog.getByRole('button', { name: 'Post', exact: true });
  await dialog.getByRole('progressbar').waitFor({ state: 'detached' });
  await send.click();
  const question = page.getByRole('dialog', { name: 'Send without description?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  assert.ok(await dialog.isVisible());
  await dialog.getByLabel(/Describe/).fill('A harbour');
  await send.click();
  await dialog.waitFor({ state: 'detached' });

  await page.goto('/settings/reading');
  await page.getByLabel('Ask before boosting').check();
  await page.goto('/home');
  const item = article(page, 'Undescribed').first();
  await item.getByRole('button', { name: 'Boost' }).click();
  await page.getByRole('dialog', { name: 'Boost this post?' }).getByRole('button', { name: 'Boost' }).click();
  await item.getByRole('button', { name: 'Boost', pressed: true }).waitFor();
});

test('the time zone of searches is kept with the account', async () => {
  await page.goto('/settings/reading');
  const zone = page.getByLabel('Time zone');
  assert.equal(await zone.inputValue(), '');
  await zone.selectOption('Asia/Tokyo');
  await page.getByText(/saved/i).first().waitFor();
  await page.reload();
  await page.getByLabel('Time zone').waitFor();
  assert.equal(await page.getByLabel('Time zone').inputValue(), 'Asia/Tokyo');
});

test('who may find a profile is said in the profile', async () => {
  await page.goto('/settings/profile');
  await page.getByLabel('Let my posts be found').check();
  await page.getByLabel('Show me in lists of people').check();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  await page.reload();
  assert.ok(await page.getByLabel('Let my posts be found').isChecked());
  assert.ok(await page.getByLabel('Show me in lists of people').isChecked());
  assert.ok(!(await page.getByLabel('This account is automated').isChecked()));
});

test('a picture of the profile is chosen with a button of the app, by keyboard too', async () => {
  await page.goto('/settings/profile');
  const field = page.getByLabel('Profile picture');
  const box = page.locator('.file').filter({ has: field });
  await box.getByText('No file chosen').waitFor();
  // The whole of it opens the browser's own choice of files.
  const chooser = page.waitForEvent('filechooser');
  await field.press('Enter');
  await (await chooser).setFiles(picture());
  await page.getByRole('dialog', { name: 'Choose the part that is shown' }).getByRole('button', { name: 'Done' }).click();
  await box.getByText('No file chosen').waitFor({ state: 'detached' });
  await box.getByText(/\.png$/).waitFor();
  await assertAccessible(page, 'a profile with a chosen picture');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByRole('button', { name: 'Remove profile picture' }).waitFor();
});

test('a post for followers reminds those who approve nobody that anybody may become one', async () => {
  await page.goto('/home');
  const dialog = await compose(page);
  await dialog.getByRole('button', { name: 'Who can see this: Followers' }).waitFor();
  await dialog.getByText('Anybody can follow you, and then read this.').waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/settings/profile');
  await page.getByLabel('Approve followers').check();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  await page.goto('/home');
  await compose(page);
  await dialog.getByRole('button', { name: 'Who can see this: Followers' }).waitFor();
  assert.equal(await dialog.getByText('Anybody can follow you').count(), 0);
  await page.keyboard.press('Escape');
});

test('blocked and muted people are listed, and let go again', async () => {
  await page.goto('/@bob');
  for (const [entry, list, back] of [['Mute bob', '/mutes', 'Unmute'], ['Block bob', '/blocks', 'Unblock']]) {
    await page.goto('/@bob');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: entry }).click();
    await page.getByRole('dialog').getByRole('button', { name: entry.split(' ')[0], exact: true }).click();
    await page.getByText(/^(Muted|Blocked) @bob/).first().waitFor();
    await page.goto(list);
    const row = article(page, 'bob');
    await row.getByRole('button', { name: back, exact: true }).click();
    await row.getByRole('button', { name: back, exact: true }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText(/You (mute|block) nobody/).waitFor();
  }
});

test('drafts are listed, taken up again, thrown away', async () => {
  await page.goto('/home');
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('For later');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await article(page, 'Undescribed').first().getByRole('button', { name: 'Reply' }).click();
  const reply = page.getByRole('dialog', { name: 'Reply to alice' });
  await reply.getByLabel('Text of the post').fill('A reply for later');
  await page.keyboard.press('Escape');
  await reply.waitFor({ state: 'detached' });
  await page.goto('/drafts');
  await page.getByText('A reply for later').waitFor();
  await assertAccessible(page, 'drafts');
  await page.getByRole('button', { name: 'Go on writing' }).first().click();
  await reply.getByText('Undescribed').waitFor();
  await reply.getByRole('button', { name: 'Reply' }).click();
  await reply.waitFor({ state: 'detached' });
  await page.getByText('A reply for later').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Throw away' }).click();
  await page.getByText('No drafts').waitFor();
  assertCalm(page);
});
