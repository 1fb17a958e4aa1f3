// Writing: length, warning, audience, pictures, drafts, replies, edits.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, choose, choosePicture, compose, post } from './support/words.mjs';

let browser;
let shop;
let alice;
let page;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
});
beforeEach(async () => {
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
afterEach(async () => {
  assertCalm(page);
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

test('the length is counted as the server counts it, and too long cannot be sent', async () => {
  const dialog = await compose(page);
  const text = dialog.getByLabel('Text of the post');
  const send = dialog.getByRole('button', { name: 'Post', exact: true });
  assert.ok(await send.isDisabled(), 'an empty post cannot be sent');
  await text.fill('👩‍👩‍👧‍👦 https://example.org/a/very/long/address/indeed @bob@example.org');
  await dialog.getByText(`${500 - (1 + 1 + 23 + 1 + 4)} characters left`).waitFor({ state: 'attached' });
  await text.fill('x'.repeat(501));
  assert.ok(await send.isDisabled());
  await text.fill('x'.repeat(500));
  assert.ok(await send.isEnabled());
});

test('a warning covers the text; the audience is kept', async () => {
  const dialog = await compose(page);
  await dialog.getByRole('button', { name: 'Content warning' }).click();
  await dialog.getByLabel('Content warning, shown before the text').fill('The ending');
  await dialog.getByLabel('Text of the post').fill('It was the gardener');
  await dialog.getByRole('button', { name: /Who can see this/ }).click();
  await page.getByRole('menuitemradio', { name: 'Followers', exact: true }).click();
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  const item = article(page, 'The ending').first();
  await item.waitFor();
  assert.equal(await page.getByText('It was the gardener').count(), 0);
  await item.getByRole('button', { name: 'Show' }).click();
  await page.getByText('It was the gardener').first().waitFor();
  await item.getByText('Followers').waitFor({ state: 'attached' });
});

test('pictures carry their descriptions and open in full', async () => {
  await post(page, 'Two pictures in one', { picture: picture(), description: 'A harbour drawn in two colours' });
  const item = article(page, 'Two pictures in one').first();
  await item.getByRole('button', { name: 'View: A harbour drawn in two colours' }).click();
  const viewer = page.getByRole('dialog', { name: 'Picture 1 of 1' });
  const shown = viewer.getByRole('img', { name: 'A harbour drawn in two colours' });
  const width = () => shown.evaluate((image) => image.getBoundingClientRect().width);
  await until('the picture', width);
  const whole = await width();
  await viewer.getByRole('button', { name: 'Closer' }).click();
  assert.ok((await width()) > whole * 2);
  await assertAccessible(page, 'a picture near by');
  const place = () => shown.evaluate((image) => [image.parentElement.scrollLeft, image.parentElement.scrollTop]);
  const [left] = await place();
  await page.keyboard.press('ArrowRight');
  assert.ok((await place())[0] > left, 'arrow keys move it');
  await page.mouse.move(600, 450);
  await page.mouse.down();
  await page.mouse.move(640, 450);
  await page.mouse.up();
  assert.ok(Math.abs((await place())[0] - left - 40) < 2, 'so does the mouse');
  await page.keyboard.press('0');
  assert.equal(await width(), whole);
  await shown.dblclick();
  assert.ok((await width()) > whole * 2);
  await shown.dblclick();
  await page.keyboard.press('+');
  assert.ok(Math.abs((await width()) - whole * 1.5) < 2);
  await page.keyboard.press('-');
  assert.equal(await width(), whole);
  await viewer.getByText('A harbour drawn in two colours').waitFor();
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^View: /);
});

test('a file that is no picture is refused with words, and can be taken away', async () => {
  const dialog = await compose(page);
  const broken = { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('this is no picture') };
  await dialog.getByLabel('Text of the post').fill('With a broken file');
  await dialog.locator('input[type=file]').setInputFiles(broken);
  await dialog.getByRole('alert').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Post', exact: true }).isDisabled());
  await dialog.getByRole('button', { name: 'Remove picture 1' }).click();
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await article(page, 'With a broken file').first().waitFor();
});

test('mentions are completed while typing', async () => {
  const dialog = await compose(page);
  const text = dialog.getByLabel('Text of the post');
  await text.pressSequentially('Hello @ali');
  await dialog.getByRole('option', { name: /@alice/ }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.getByRole('option', { name: /@alice/ }).waitFor({ state: 'detached' });
  assert.ok(await dialog.isVisible(), 'Escape closes the suggestions first');
  await text.pressSequentially('c');
  await dialog.getByRole('option', { name: /@alice/ }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await text.inputValue(), 'Hello @alice ');
  await text.fill('');
});

test('an unsent post is kept until it is sent', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Half a thought');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.reload();
  const again = await compose(page);
  assert.equal(await again.getByLabel('Text of the post').inputValue(), 'Half a thought');
  await again.getByRole('button', { name: 'Post', exact: true }).click();
  await again.waitFor({ state: 'detached' });
  const third = await compose(page);
  assert.equal(await third.getByLabel('Text of the post').inputValue(), '');
});

test('what is unsent survives a crash: text, warning, audience, poll and pictures', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Nearly lost');
  await dialog.getByRole('button', { name: 'Content warning' }).click();
  await dialog.getByLabel('Content warning, shown before the text').fill('Suspense');
  await dialog.locator('input[type=file]').setInputFiles(picture());
  await dialog.getByLabel(/Describe/).fill('A harbour');
  await dialog.getByRole('progressbar').waitFor({ state: 'detached' });
  await page.waitForFunction(() => Object.values(localStorage).some((text) => text.includes('A harbour') && /"id":"\d+"/.test(text)));
  // The tab dies without a word to the page.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.navigate', { url: `${shop.url}/home` });
  const again = await compose(page);
  await again.getByText('You had not sent this yet.').waitFor();
  assert.equal(await again.getByLabel('Text of the post').inputValue(), 'Nearly lost');
  assert.equal(await again.getByLabel('Content warning, shown before the text').inputValue(), 'Suspense');
  await page.waitForFunction(() => [...document.querySelectorAll('dialog textarea')].some((area) => area.value === 'A harbour'));
  await again.getByRole('button', { name: 'Begin anew' }).click();
  assert.equal(await again.getByLabel('Text of the post').inputValue(), '');
  await page.keyboard.press('Escape');
  await again.waitFor({ state: 'detached' });
});

test('an emoji is searched, chosen by keys and put where the caret stood', async () => {
  const dialog = await compose(page);
  const text = dialog.getByLabel('Text of the post');
  await text.fill('Good bread');
  await text.evaluate((area) => area.setSelectionRange(5, 5));
  await dialog.getByRole('button', { name: 'Emoji' }).click();
  const picker = page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByLabel('Skin tone').selectOption({ index: 3 });
  await picker.getByRole('button', { name: 'waving hand' }).waitFor({ state: 'detached' });
  await picker.getByLabel('Search emoji').fill('waving hand');
  await picker.getByRole('button', { name: 'waving hand' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await picker.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.tagName === 'TEXTAREA');
  await page.keyboard.type('!');
  assert.equal(await text.inputValue(), 'Good 👋🏽!bread');
  await text.fill('');
});

test('what stays in view of a picture is chosen by pointing or by keys, and the order changed', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Two harbours');
  await dialog.locator('input[type=file]').setInputFiles([picture('one.png'), picture('two.png', 400, 600)]);
  await dialog.getByLabel('Describe picture 1').fill('The wide one');
  await dialog.getByLabel('Describe picture 2').fill('The tall one');
  await dialog.getByRole('button', { name: 'Move picture 2 forward' }).click();
  await dialog.getByRole('button', { name: 'Choose what stays in view of picture 1' }).click();
  const focus = page.getByRole('dialog', { name: 'What stays in view' });
  await focus.getByLabel('Bottom to top').focus();
  await page.keyboard.press('End');
  await focus.getByRole('button', { name: 'Done' }).click();
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const item = article(page, 'Two harbours').first();
  const image = item.getByRole('img', { name: 'The tall one' });
  assert.equal(await image.evaluate((one) => getComputedStyle(one).objectPosition), '50% 0%');
  assert.equal(await item.getByRole('img').first().getAttribute('alt'), 'The tall one');
});

test('a reply stands in the thread, an edit in the history', async () => {
  await post(page, 'A question about bread');
  await article(page, 'A question about bread').first().getByRole('link', { name: /now|\dm/ }).click();
  await page.getByRole('heading', { name: 'Post' }).waitFor();
  await page.getByRole('button', { name: 'Reply to alice…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reply to alice' });
  await dialog.getByLabel('Text of the post').fill('I reply to myself');
  await dialog.getByRole('button', { name: 'Reply' }).click();
  await article(page, 'I reply to myself').waitFor();

  await choose(page, article(page, 'A question about bread'), 'Edit');
  const edit = page.getByRole('dialog', { name: 'Edit post' });
  await edit.getByLabel('Text of the post').fill('A question about rye bread');
  await edit.getByRole('button', { name: 'Save' }).click();
  await edit.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Edited/ }).click();
  const history = page.getByRole('dialog', { name: 'Edit history' });
  await history.getByText('A question about bread').waitFor();
  await history.getByText('A question about rye bread').waitFor();
});

test('a profile is edited and shown', async () => {
  await page.goto('/settings/profile');
  await page.getByLabel('Display name').fill('Alice Adler');
  await page.getByLabel('About you').fill('Baker and cyclist');
  await choosePicture(page, 'Profile picture', picture('face.png', 400, 400));
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  await page.goto('/@alice');
  await page.getByRole('heading', { name: 'Alice Adler' }).waitFor();
  await page.getByText('Baker and cyclist').first().waitFor();
});
