// Several posts written together: in order, with pictures, through a failure in the middle and a crash.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, PHONE, signIn } from './support/browser.mjs';
import { picture } from './support/picture.mjs';
import { Shop, until } from './support/shop.mjs';
import { article, compose } from './support/words.mjs';

let browser;
let shop;
let page;
let alice;
before(async () => {
  [browser, shop] = await Promise.all([openBrowser(), Shop.start()]);
  alice = await shop.account('alice');
  page = await openPage(browser, shop);
  await signIn(page, alice);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Own posts as the server has them: `[text, text of the one it replies to]`, oldest first. */
async function told() {
  const posts = await page.evaluate(async () => {
    const { token, account_id } = JSON.parse(document.getElementById('shop-session').textContent);
    const answer = await fetch(`/api/v1/accounts/${account_id}/statuses?limit=40`, { headers: { authorization: `Bearer ${token}` } });
    return (await answer.json()).reverse().map(({ id, in_reply_to_id, content, media_attachments }) => ({ id, above: in_reply_to_id, text: content.replace(/<[^>]+>/g, ''), media: media_attachments.length }));
  });
  return posts.map(({ text, above, media }) => [text, posts.find(({ id }) => id === above)?.text ?? null, media]);
}

test('posts are written together by keys alone, and stand in the thread in their order', async () => {
  await page.getByRole('button', { name: 'New post' }).locator('visible=true').first().waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New post' });
  await dialog.locator('textarea:focus').waitFor();
  await page.keyboard.type('Rye is sown in autumn.');
  await page.keyboard.press('Control+Shift+Enter');
  await dialog.getByLabel('Text of post 2 of 2').waitFor();
  await page.keyboard.type('It sleeps under snow.');
  await page.keyboard.press('Control+Shift+Enter');
  await dialog.getByLabel('Text of post 3 of 3').waitFor();
  await page.keyboard.type('In summer it is bread.');
  const second = dialog.getByRole('group', { name: 'Post 2 of 3' });
  await second.locator('input[type=file]').setInputFiles(picture());
  await second.getByLabel(/Describe/).fill('A field');
  await second.getByRole('progressbar').waitFor({ state: 'detached' });
  await assertAccessible(page, 'a thread being written');
  await dialog.getByLabel('Text of post 3 of 3').focus();
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('3 posts posted').waitFor();
  assert.deepEqual(await told(), [
    ['Rye is sown in autumn.', null, 0],
    ['It sleeps under snow.', 'Rye is sown in autumn.', 1],
    ['In summer it is bread.', 'It sleeps under snow.', 0],
  ]);
  await article(page, 'In summer it is bread.').first().waitFor();
  assertCalm(page);
});

test('a failure in the middle loses nothing: the rest waits as a reply, through a crash too', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('First of four');
  for (const [at, text] of [[2, 'Second of four'], [3, 'Third of four'], [4, 'Last of four']]) {
    await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
    await dialog.getByLabel(`Text of post ${at} of ${at}`).fill(text);
  }
  // The server takes the second post, but its answer is lost on the way.
  let count = 0;
  await page.route('**/api/v1/statuses', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    count += 1;
    if (count === 2) await route.fetch();
    return count >= 2 ? route.abort() : route.continue();
  });
  await dialog.getByRole('button', { name: 'Post all' }).click();
  const rest = page.getByRole('dialog', { name: 'Reply to alice' });
  await rest.getByRole('alert').getByText('1 of 4 are posted; the rest is still here.').waitFor();
  assert.equal(await rest.getByLabel('Text of post 1 of 3').inputValue(), 'Second of four');
  await assertAccessible(page, 'the rest of a thread');

  // The tab dies without a word to the page.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.navigate', { url: `${shop.url}/drafts` });
  await page.getByText('and 2 more posts').waitFor();
  await assertAccessible(page, 'a thread among the drafts');
  await page.unroute('**/api/v1/statuses');
  await page.getByRole('button', { name: 'Go on writing' }).click();
  const again = page.getByRole('dialog', { name: 'Reply to alice' });
  await again.getByText('First of four').waitFor();
  await again.getByRole('button', { name: 'Post all' }).click();
  await again.waitFor({ state: 'detached' });
  assert.deepEqual((await told()).slice(-4), [
    ['First of four', null, 0],
    ['Second of four', 'First of four', 0],
    ['Third of four', 'Second of four', 0],
    ['Last of four', 'Third of four', 0],
  ]);
  await page.getByText('No drafts').waitFor();
});

test('a post of a thread is taken out after a question, and an empty one is not sent', async () => {
  await page.goto('/home');
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Alone in the end');
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('Not to be');
  await dialog.getByRole('button', { name: 'Remove post 2' }).click();
  const question = page.getByRole('dialog', { name: 'Remove post 2?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await dialog.getByLabel('Text of post 2 of 2').inputValue(), 'Not to be');
  await dialog.getByRole('button', { name: 'Remove post 2' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await dialog.getByLabel('Text of the post').waitFor();
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('   ');
  await dialog.getByRole('button', { name: 'Post all' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual((await told()).at(-1), ['Alone in the end', null, 0]);
});

test('one that is too long keeps all of them here', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill('Short');
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('x'.repeat(501));
  assert.ok(await dialog.getByRole('button', { name: 'Post all' }).isDisabled());
  await dialog.getByLabel('Text of post 2 of 2').fill('');
  await dialog.getByLabel('Text of post 1 of 2').fill('');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('a thread cannot wait for its time, and the form says why', async () => {
  const dialog = await compose(page);
  const why = dialog.getByRole('alert').filter({ hasText: 'Only a single post can wait for its time' });
  await dialog.getByLabel('Text of the post').fill('Some day');
  await dialog.getByRole('button', { name: 'Post later' }).press('Enter');
  await dialog.getByLabel('Post at', { exact: true }).waitFor();
  assert.equal(await why.count(), 0);
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await why.waitFor();
  assert.equal(await dialog.getByLabel('Text of post 2 of 2').count(), 0, 'the post for later stays alone');
  await assertAccessible(page, 'a post for later that cannot become a thread');
  await dialog.getByRole('button', { name: 'Post at once' }).click();
  await why.waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('The day after');
  await dialog.getByRole('button', { name: 'Post later' }).click();
  await why.waitFor();
  assert.equal(await dialog.getByLabel('Post at', { exact: true }).count(), 0);
  await dialog.getByRole('button', { name: 'Post all' }).click();
  // The window takes another name with the first of them.
  await until('the second post', async () => (await told()).some(([text]) => text === 'The day after'));
  assert.deepEqual((await told()).slice(-2), [['Some day', null, 0], ['The day after', 'Some day', 0]]);
});

test('an emoji is completed by its name', async () => {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').pressSequentially('Bread :baguet');
  await dialog.getByRole('option', { name: /baguette bread/ }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await dialog.getByLabel('Text of the post').inputValue(), 'Bread 🥖 ');
  await dialog.getByLabel('Text of the post').fill('');
  await page.keyboard.press('Escape');
});

test('a thread is written on a small screen in the dark', async () => {
  const phone = await openPage(browser, shop, { viewport: PHONE, scheme: 'dark' });
  await signIn(phone, alice);
  const dialog = await compose(phone);
  await dialog.getByLabel('Text of the post').fill('From the road');
  await dialog.getByRole('button', { name: 'Add a post that follows' }).click();
  await dialog.getByLabel('Text of post 2 of 2').fill('Home again');
  await assertAccessible(phone, 'a thread on a phone');
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await dialog.getByRole('button', { name: 'Post all' }).click();
  await dialog.waitFor({ state: 'detached' });
  assertCalm(phone);
});
