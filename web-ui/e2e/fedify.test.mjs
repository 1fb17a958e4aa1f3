// Shop and a server of other make: follow both ways, post, answer, boost, like, edit, delete, move; with older and newer
// signatures, and with a Shop that shows nothing to those who do not sign.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Announce, Create, Delete, Follow, Like, Move, Undo, Update } from '@fedify/vocab';
import { CAVAGE, FedifyServer, RFC_9421 } from './support/fedify.mjs';
import { Shop, until } from './support/shop.mjs';

/** Somebody who speaks the client API of a Shop. */
class Member {
  static async of(shop, name) {
    await shop.account(name);
    const member = Object.assign(new Member(), { shop, name });
    member.token = await shop.token(name, 'read write follow');
    member.account = await member.call('/api/v1/accounts/verify_credentials');
    return member;
  }

  async call(path, body, method = body ? 'POST' : 'GET') {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.shop.url + path, { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
  }

  /** The account with this address, asked for at its server. */
  async find(address) {
    const [found] = await this.call(`/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(address)}`);
    assert.ok(found, `${address} is found`);
    return found;
  }

  /** Waits until a status at home is as `fits` wants it. */
  home(what, fits) {
    return until(what, async () => (await this.call('/api/v1/timelines/home')).find(fits) ?? null);
  }

  /** Waits for a notification. */
  told(type, fits = () => true) {
    const path = `/api/v1/notifications?types[]=${type}`;
    return until(`a ${type}`, async () => (await this.call(path)).find(fits) ?? null);
  }

  status(id) {
    return this.call(`/api/v1/statuses/${id}`);
  }
}

const is = (uri) => (activity) => activity.objectId?.href === uri;

/** All that two people of different servers do. */
async function live(shop, fedify, alice) {
  const anna = await alice.find(`anna@${fedify.domain}`);
  assert.equal(anna.display_name, 'anna of Fedify');
  await alice.call(`/api/v1/accounts/${anna.id}/follow`, {});
  await until('the Accept', async () => {
    const [relation] = await alice.call(`/api/v1/accounts/relationships?id[]=${anna.id}`);
    return relation.following;
  });
  await fedify.follow('anna', alice.account.uri);
  await alice.told('follow', ({ account }) => account.acct === anna.acct);

  // Hers: seen, answered, liked and boosted by alice; edited; gone.
  const note = await fedify.post('anna', '<p>Fresh bread</p>');
  const seen = await alice.home('the post', ({ content }) => content.includes('Fresh bread'));
  assert.equal(seen.uri, note.id.href);
  assert.equal(seen.visibility, 'public');
  await alice.call(`/api/v1/statuses/${seen.id}/favourite`, {});
  await fedify.hears(Like, is(note.id.href));
  await alice.call(`/api/v1/statuses/${seen.id}/reblog`, {});
  await fedify.hears(Announce, is(note.id.href));
  await alice.call('/api/v1/statuses', { status: `@${anna.acct} I am coming`, in_reply_to_id: seen.id });
  const answer = await fedify.hears(Create, async (create) => {
    const object = await create.getObject();
    return object.replyTargetId?.href === note.id.href;
  });
  assert.match(`${(await answer.getObject()).content}`, /I am coming/);
  await alice.call(`/api/v1/statuses/${seen.id}/unfavourite`, {});
  await fedify.hears(Undo, async (undo) => (await undo.getObject()) instanceof Like);
  const edited = await fedify.edit('anna', note, '<p>Stale bread</p>');
  await alice.home('the edit', ({ id, content }) => id === seen.id && content.includes('Stale bread'));
  await fedify.remove('anna', edited);
  await until('the end of the post', async () => {
    const home = await alice.call('/api/v1/timelines/home');
    return !home.some(({ id, reblog }) => id === seen.id || reblog?.id === seen.id);
  });

  // Alice's: the other way round.
  const said = await alice.call('/api/v1/statuses', { status: 'Is there butter?' });
  await fedify.hears(Create, async (create) => (await create.getObject())?.id?.href === said.uri);
  const unlike = await fedify.like('anna', said.uri);
  await alice.told('favourite', ({ status }) => status.id === said.id);
  const unboost = await fedify.boost('anna', said.uri);
  await alice.told('reblog', ({ status }) => status.id === said.id);
  await fedify.post('anna', '<p>There is</p>', said.uri);
  await until('the answer', async () => (await alice.status(said.id)).replies_count === 1);
  await unlike();
  await unboost();
  await until('the Undo of both', async () => {
    const { favourites_count, reblogs_count } = await alice.status(said.id);
    return favourites_count === 0 && reblogs_count === 0;
  });
  await alice.call(`/api/v1/statuses/${said.id}`, { status: 'Is there jam?' }, 'PUT');
  await fedify.hears(Update, async (update) => `${(await update.getObject())?.content}`.includes('jam'));
  const read = await fedify.read('anna', said.uri);
  assert.match(`${read.content}`, /jam/);
  await alice.call(`/api/v1/statuses/${said.id}`, undefined, 'DELETE');
  await fedify.hears(Delete, async (gone) => (await gone.getObject())?.id?.href === said.uri || is(said.uri)(gone));

  // For followers alone: shown to anna, and to nobody else.
  const secret = await alice.call('/api/v1/statuses', { status: 'For friends', visibility: 'private' });
  await fedify.hears(Create, async (create) => (await create.getObject())?.id?.href === secret.uri);
  assert.match(`${(await fedify.read('anna', secret.uri)).content}`, /For friends/);
  assert.equal(await fedify.read('eve', secret.uri), null);
}

for (const [name, knock, settings] of [
  ['with signatures by the draft', CAVAGE, {}],
  ['with signatures by RFC 9421', RFC_9421, {}],
  ['in secure mode', CAVAGE, { SHOP_FEDERATION__AUTHORIZED_FETCH: 'true' }],
]) {
  test(`Shop and Fedify live together ${name}`, async (t) => {
    const [shop, fedify] = await Promise.all([
      Shop.start('serve', settings),
      FedifyServer.start(['anna', 'eve', 'new'], knock),
    ]);
    t.after(() => Promise.all([shop.stop(), fedify.stop()]));
    fedify.onlyNewForm = knock === RFC_9421;
    const alice = await Member.of(shop, 'alice');
    if (settings.SHOP_FEDERATION__AUTHORIZED_FETCH) {
      const accept = 'application/activity+json';
      const { status } = await fetch(alice.account.uri, { headers: { accept } });
      assert.equal(status, 401);
    }
    await live(shop, fedify, alice);
    if (knock === RFC_9421) {
      assert.ok(fedify.forms.includes(RFC_9421), 'a server that wants the newer form gets it');
    }

    await t.test('who moves takes the followers along', async () => {
      await fedify.move('anna', 'new');
      await fedify.hears(Follow, is(fedify.id('new').href));
      const next = await alice.find(`new@${fedify.domain}`);
      await until('the follow of the new account', async () => {
        const [relation] = await alice.call(`/api/v1/accounts/relationships?id[]=${next.id}`);
        return relation.following;
      });
      const old = await alice.find(`anna@${fedify.domain}`);
      assert.equal(old.moved?.id, next.id);
    });
  });
}

test('Shop moves to Fedify, and those who follow hear of it', async (t) => {
  const [shop, fedify] = await Promise.all([Shop.start(), FedifyServer.start(['anna', 'new'])]);
  t.after(() => Promise.all([shop.stop(), fedify.stop()]));
  const alice = await Member.of(shop, 'alice');
  await fedify.follow('anna', alice.account.uri);
  await alice.told('follow');
  fedify.moved.set('new', { from: new URL(alice.account.uri) });
  const acct = `new@${fedify.domain}`;
  await alice.call('/api/shop/v1/migration', { acct, current_password: 'alice-and-a-long-password' });
  const move = await fedify.hears(Move);
  assert.equal(move.targetId.href, fedify.id('new').href);
  const left = await fedify.read('anna', alice.account.uri);
  assert.equal(left.successorId.href, fedify.id('new').href);
});
