// Moving house: alice names her old account on one community, leaves it on the other, and comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { assertCalm, openBrowser, openPage, signIn } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

let browser;
let here;
let there;
let old;
let fresh;
let bob;
let password;
before(async () => {
  [browser, here, there] = await Promise.all([openBrowser(), Shop.start(), Shop.start()]);
  const [first, second, third] = await Promise.all([here.account('alice'), there.account('alicia'), here.account('bob')]);
  password = first.password;
  [old, fresh, bob] = await Promise.all([openPage(browser, here), openPage(browser, there), openPage(browser, here)]);
  await signIn(old, first);
  await signIn(fresh, second);
  await signIn(bob, third);
});
after(async () => {
  await browser?.close();
  await Promise.all([here?.stop(), there?.stop()]);
});

async function move(acct, secret) {
  await old.getByLabel('Your new account').fill(acct);
  await old.getByLabel('Your password here').fill(secret);
  await old.getByRole('button', { name: 'Move with followers' }).click();
  await old.getByRole('dialog', { name: `Move to ${acct}?` }).getByRole('button', { name: 'Move with followers' }).click();
}

test('a person moves with followers, and comes back', async (t) => {
  const target = `alicia@${there.domain}`;
  await bob.goto('/@alice');
  await bob.getByRole('button', { name: /^Follow/ }).first().click();
  await bob.getByRole('button', { name: /^Following/ }).first().waitFor();

  await t.test('what stands in the way is said', async () => {
    await old.goto('/settings');
    await old.getByRole('link', { name: /^Moving/ }).click();
    await assertAccessible(old, 'moving');
    await move(target, 'wrong');
    await old.getByRole('alert').filter({ hasText: 'password' }).waitFor();
    assert.equal(await old.getByLabel('Your password here').inputValue(), '');
    await move(target, password);
    await old.getByRole('alert').filter({ hasText: 'alias' }).waitFor();
  });

  await t.test('the new account names the old one', async () => {
    await fresh.goto('/settings/moves');
    await fresh.getByLabel('Your old account').fill('nobody@localhost:1');
    await fresh.getByRole('button', { name: 'Add account' }).click();
    await fresh.getByRole('alert').waitFor();
    await fresh.getByLabel('Your old account').fill(`alice@${here.domain}`);
    await fresh.getByRole('button', { name: 'Add account' }).click();
    await fresh.getByRole('list', { name: 'Your other accounts' }).getByText(`@alice@${here.domain}`).waitFor();
  });

  await t.test('she moves, and her profile says where', async () => {
    await move(target, password);
    await old.getByText(`Your profile points to @${target}`).waitFor();
    await assertAccessible(old, 'moved');
    await bob.goto('/@alice');
    await bob.getByText('This account has moved to').getByRole('link', { name: `@${target}` }).click();
    await bob.getByRole('button', { name: /^(Following|Requested|Cancel|Withdraw)/ }).first().waitFor();
  });

  await t.test('she comes back', async () => {
    await old.getByRole('button', { name: 'Come back' }).click();
    await old.getByRole('button', { name: 'Come back' }).waitFor({ state: 'detached' });
    await old.reload();
    await old.getByText(/You can move with followers again from/).waitFor();
    await fresh.getByRole('button', { name: `Remove @alice@${here.domain}` }).click();
    await fresh.getByRole('list', { name: 'Your other accounts' }).waitFor({ state: 'detached' });
  });

  for (const page of [old, fresh, bob]) assertCalm(page);
});
