// What a profile shows beside posts, and how its owner chooses it: pictures in full, tags, tabs, hidden lists, proofs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { film, picture } from './support/picture.mjs';
import { Shop } from './support/shop.mjs';
import { choosePicture, post } from './support/words.mjs';

let browser;
let shop;
let page;
let bob;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  [page, bob] = await Promise.all([openPage(browser, shop), openPage(browser, shop)]);
  await signIn(page, await shop.account('alice'));
  await signIn(bob, await shop.account('bob'));
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const section = (name) => page.getByRole('region', { name });

async function bothSchemes(what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${what}, ${colorScheme}`);
  }
}

test('pictures are described, and looked at in full', async () => {
  await page.goto('/settings/profile');
  await choosePicture(page, 'Profile picture', picture());
  await page.getByLabel('What is to be seen on it').fill('Alice at the oven');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  await page.goto('/@alice');
  const face = page.getByRole('button', { name: 'View: Alice at the oven' });
  await face.press('Enter');
  const viewer = page.getByRole('dialog', { name: 'Picture 1 of 1' });
  await viewer.getByRole('img', { name: 'Alice at the oven' }).waitFor();
  await bothSchemes('the picture of a profile in full');
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  assert.ok(await face.evaluate((button) => button === document.activeElement));
  // Who has chosen no picture has none to look at.
  await page.goto('/@bob');
  await section('Profile of bob').waitFor();
  assert.equal(await section('Profile of bob').getByRole('button', { name: /^View/ }).count(), 0);
});

/** Size of a picture, and the red in its middle: the sky of the test's picture has much, its sea little. */
function looked(src) {
  return page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    return { size: [canvas.width, canvas.height], red: pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0] };
  }, src);
}
/** A picture as the server has it. */
async function stored(which) {
  return looked((await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=alice`)).json())[which]);
}

test('of a picture the part is chosen that is shown: zoomed by slider and pinch, moved by keys and dragging', async () => {
  await page.goto('/settings/profile');
  const cropping = page.getByRole('dialog', { name: 'Choose the part that is shown' });
  const frame = cropping.getByRole('application', { name: 'Picture in its frame' });
  const done = cropping.getByRole('button', { name: 'Done' });
  await page.getByLabel('Profile picture').setInputFiles(picture());
  await cropping.getByLabel('Zoom').fill('2');
  await bothSchemes('a picture in its frame');
  await frame.focus();
  for (let press = 0; press < 20; press += 1) await page.keyboard.press('ArrowUp');
  await done.click();
  await cropping.waitFor({ state: 'detached' });
  // Of 640 by 400 a square of 400 fits; half of that is left, at the bottom.
  const sent = await looked(await page.locator('.field:has(#profile-avatar) > img').getAttribute('src'));
  assert.deepEqual(sent.size, [200, 200]);
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  const low = await stored('avatar');
  assert.equal(low.size[0], low.size[1]);
  for (const { red } of [sent, low]) assert.ok(red < 60, `the sea, not the sky (${red})`);

  await page.getByLabel('Header picture').setInputFiles(picture('wide.png', 600, 600));
  await frame.waitFor();
  const { x, y, width, height } = await frame.boundingBox();
  assert.ok(Math.abs(width / height - 3) < 0.05, `${width} by ${height}`);
  await page.mouse.move(x + width / 2, y + 10);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + 10 + height * 2, { steps: 4 });
  await page.mouse.up();
  await frame.hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -Math.round(100 * Math.log(2)));
  await page.waitForFunction(() => Number(document.querySelector('dialog [type="range"]').value) > 1.9);
  await page.keyboard.up('Control');
  await page.keyboard.press('Enter');
  await cropping.waitFor({ state: 'detached' });
  // It can be chosen anew before it is sent, beginning with what was chosen.
  await page.getByRole('button', { name: 'Choose the part that is shown' }).click();
  assert.ok(Number(await cropping.getByLabel('Zoom').inputValue()) > 1.9);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').nth(1).waitFor();
  const high = await stored('header');
  assert.ok(Math.abs(high.size[0] / high.size[1] - 3) < 0.05, `${high.size}`);
  assert.ok(high.red > 130, `the sky, not the sea (${high.red})`);
  await page.goto('/@alice');
  await page.getByRole('button', { name: 'View: Header picture' }).waitFor();
  assertCalm(page);
});

test('a choice is taken back by Escape; what moves is sent as it is', async () => {
  await page.goto('/settings/profile');
  const box = page.locator('.file').filter({ has: page.getByLabel('Profile picture') });
  await page.getByLabel('Profile picture').setInputFiles(picture());
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await box.getByText('No file chosen').waitFor();
  await page.getByLabel('Profile picture').setInputFiles(film());
  await box.getByText('blink.gif').waitFor();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  const { avatar, avatar_static: still } = await (await fetch(`${shop.url}/api/v1/accounts/lookup?acct=alice`)).json();
  assert.notEqual(avatar, still, 'it moves, with a still one beside it');
  assertCalm(page);
});

test('tags are put on the profile and taken off, by name and from those used most', async () => {
  await page.goto('/home');
  await post(page, 'Crust and crumb #rye #bread');
  await page.goto('/settings/profile');
  const tags = section('Hashtags on your profile');
  await tags.getByRole('button', { name: 'Add #bread' }).click();
  await tags.getByRole('button', { name: 'Remove #bread' }).waitFor();
  await tags.getByRole('button', { name: 'Add #bread' }).waitFor({ state: 'detached' });
  await tags.getByLabel('Name a tag').fill('not one');
  await page.keyboard.press('Enter');
  await tags.getByRole('alert').waitFor();
  await tags.getByLabel('Name a tag').fill('#Rye');
  await page.keyboard.press('Enter');
  await tags.getByRole('button', { name: 'Remove #Rye' }).waitFor();
  assert.equal(await tags.getByRole('alert').count(), 0);
  await bothSchemes('the settings of a profile');
  await bob.goto('/@alice/featured');
  await bob.getByRole('link', { name: 'bread' }).waitFor();
  await bob.getByRole('link', { name: 'Rye' }).waitFor();
  await tags.getByRole('button', { name: 'Remove #Rye' }).press('Enter');
  await tags.getByRole('button', { name: 'Remove #Rye' }).waitFor({ state: 'detached' });
  await bob.reload();
  await bob.getByRole('link', { name: 'bread' }).waitFor();
  assert.equal(await bob.getByRole('link', { name: 'Rye' }).count(), 0);
});

test('tabs that their owner hides are shown to nobody', async () => {
  const tabs = bob.getByRole('navigation', { name: 'Parts of this profile' });
  assert.equal(await tabs.getByRole('link').count(), 4);
  const parts = section('Parts of this profile');
  await parts.getByLabel('Show the media tab').uncheck();
  await page.getByText('Profile saved').first().waitFor();
  assert.ok(await parts.getByLabel('Media of replies too').isDisabled());
  await parts.getByLabel('Show the featured tab').uncheck();
  await page.getByText('Profile saved').nth(1).waitFor();
  await bob.goto('/@alice');
  await tabs.getByRole('link', { name: 'With replies' }).waitFor();
  assert.deepEqual(await tabs.getByRole('link').allTextContents(), ['Posts', 'With replies']);
  await page.reload();
  await parts.getByLabel('Show the media tab').waitFor();
  assert.ok(!(await parts.getByLabel('Show the media tab').isChecked()));
});

test('a page is proved with a line to copy, and websites are named that may name the author', async () => {
  await section('Prove that a page is yours').getByText(`<a rel="me" href="${shop.url}/@alice">alice</a>`).waitFor();
  const sites = section('Websites that may name you as author');
  await sites.getByRole('textbox').fill('bakery.example\nnews.example');
  await sites.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Profile saved').first().waitFor();
  await page.reload();
  await sites.getByRole('textbox').waitFor();
  assert.equal(await sites.getByRole('textbox').inputValue(), 'bakery.example\nnews.example');
});

test('whoever hides whom they follow is said to, instead of being alone', async () => {
  await page.getByLabel('Hide whom I follow').check();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await page.getByText('Profile saved').first().waitFor();
  await bob.goto('/@alice/followers');
  await bob.getByText('@alice does not show this list').waitFor();
  await page.goto('/@alice/followers');
  await page.getByText('No followers to show').waitFor();
  assertCalm(page);
  assertCalm(bob);
});
