// A day with ordinary client libraries: what they ask for and how they read the answers is not ours to bend.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from 'masto';
import megalodon from 'megalodon';
import { openBrowser } from './support/browser.mjs';
import { allowByForms, allowInBrowser, proof } from './support/consent.mjs';
import { picture } from './support/picture.mjs';
import { PushService } from './support/push-service.mjs';
import { Shop, until } from './support/shop.mjs';

const { default: generator } = megalodon;
const SCOPES = 'read write follow push';

let browser;
let shop;
let alice;
let carol;
let files;
let service;
before(async () => {
  [browser, shop, files, service] = await Promise.all([openBrowser(), Shop.start(), mkdtemp(join(tmpdir(), 'shop-clients-')), PushService.start()]);
  [alice, carol] = [await shop.account('alice'), await shop.account('carol')];
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  service?.stop();
  if (files) await rm(files, { recursive: true, force: true });
});

/** The plain text of a post's HTML. */
const words = (html) => html.replace(/<[^>]+>/g, '');

describe('masto', () => {
  let oauth;
  let app;
  let token;
  let masto;
  let socket;
  /** Events of the `user` stream, as they come. */
  const heard = [];
  const hear = (event, fits) => until(`the event ${event}`, () => heard.find((one) => one.event === event && fits(one.payload)));

  after(() => socket?.close());

  test('registers and is let in by code with proof, in a browser', async () => {
    const redirectUris = 'http://127.0.0.1:9/back';
    oauth = createOAuthAPIClient({ url: shop.url });
    const guest = createRestAPIClient({ url: shop.url });
    app = await guest.v1.apps.create({ clientName: 'The masto library', redirectUris, scopes: SCOPES, website: 'https://client.example' });
    assert.ok(app.clientId && app.clientSecret);
    const { verifier, challenge } = proof();
    const asked = new URLSearchParams({
      response_type: 'code', client_id: app.clientId, redirect_uri: redirectUris, scope: SCOPES, state: 'a state of ours', code_challenge: challenge, code_challenge_method: 'S256',
    });
    const back = await allowInBrowser(browser, `${shop.url}/oauth/authorize?${asked}`, carol, 'Allow The masto library?');
    assert.equal(back.searchParams.get('state'), 'a state of ours');
    const exchange = {
      grantType: 'authorization_code', clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: redirectUris, code: back.searchParams.get('code'), scope: SCOPES,
    };
    await assert.rejects(oauth.token.create({ ...exchange, codeVerifier: proof().verifier }), /grant/i);
    token = await oauth.token.create({ ...exchange, codeVerifier: verifier }).catch(async () => {
      // A wrong proof may cost the code: then it is asked for once more.
      const again = await allowInBrowser(browser, `${shop.url}/oauth/authorize?${asked}&force_login=true`, carol, 'Allow The masto library?');
      return oauth.token.create({ ...exchange, code: again.searchParams.get('code'), codeVerifier: verifier });
    });
    assert.equal(token.tokenType, 'Bearer');
    assert.equal(token.scope, SCOPES);
    masto = createRestAPIClient({ url: shop.url, accessToken: token.accessToken });
    const me = await masto.v1.accounts.verifyCredentials();
    assert.equal(me.acct, 'carol');
    assert.equal(me.source.privacy, 'public');
    assert.equal((await masto.v1.apps.verifyCredentials()).name, 'The masto library');
  });

  test('listens to what happens', async () => {
    const { configuration } = await masto.v2.instance.fetch();
    assert.match(configuration.urls.streaming, /^ws:/);
    socket = createStreamingAPIClient({ streamingApiUrl: configuration.urls.streaming, accessToken: token.accessToken });
    await socket.prepare();
    void (async () => {
      for await (const event of socket.user.subscribe()) heard.push(event);
    })();
    // The first event says that the subscription stands.
    await until('the stream', async () => {
      const { id } = await masto.v1.statuses.create({ status: 'Is anybody listening?', visibility: 'private' });
      const came = await until('its event', () => heard.some((one) => one.event === 'update' && one.payload.id === id), 2_000).catch(() => false);
      await masto.v1.statuses.$select(id).remove();
      return came;
    });
  });

  test('posts with a picture, edits, marks, replies, searches and deletes', async () => {
    const { buffer } = picture();
    const media = await masto.v2.media.create({ file: new File([buffer], 'harbour.png', { type: 'image/png' }), description: 'A harbour', focus: '0.5,-0.25' });
    assert.equal(media.type, 'image');
    assert.match(media.url, /^http/);
    const status = await masto.v1.statuses.create({ status: 'Morning at the #harbour', mediaIds: [media.id], language: 'en' });
    assert.equal(status.mediaAttachments[0].description, 'A harbour');
    assert.deepEqual(status.mediaAttachments[0].meta.focus, { x: 0.5, y: -0.25 });
    assert.equal(status.tags[0].name, 'harbour');
    await hear('update', ({ id }) => id === status.id);

    const mine = masto.v1.statuses.$select(status.id);
    const edited = await mine.update({ status: 'Evening at the #harbour', mediaIds: [media.id], spoilerText: 'Water' });
    assert.ok(edited.editedAt);
    assert.equal(words(edited.content), 'Evening at the #harbour');
    await hear('status.update', ({ id, spoilerText }) => id === status.id && spoilerText === 'Water');
    const versions = await mine.history.list();
    assert.deepEqual(versions.map(({ spoilerText }) => spoilerText), ['', 'Water']);
    assert.equal((await mine.source.fetch()).text, 'Evening at the #harbour');

    assert.equal((await mine.favourite()).favourited, true);
    assert.equal((await mine.bookmark()).bookmarked, true);
    const boost = await mine.reblog();
    assert.equal(boost.reblog.id, status.id);
    assert.equal(boost.reblog.reblogsCount, 1);
    assert.deepEqual((await masto.v1.favourites.list()).map(({ id }) => id), [status.id]);
    assert.deepEqual((await masto.v1.bookmarks.list()).map(({ id }) => id), [status.id]);
    assert.equal((await mine.pin()).pinned, true);

    const reply = await masto.v1.statuses.create({ status: 'I reply to myself', inReplyToId: status.id });
    const { descendants } = await mine.context.fetch();
    assert.deepEqual(descendants.map(({ id }) => id), [reply.id]);

    const found = await masto.v2.search.list({ q: 'harbour', type: 'hashtags' });
    assert.equal(found.hashtags[0].name, 'harbour');
    const tagged = await masto.v1.timelines.tag.$select('harbour').list();
    assert.deepEqual(tagged.map(({ id }) => id), [status.id]);

    await masto.v1.statuses.$select(reply.id).remove();
    await hear('delete', (id) => id === reply.id);
    await assert.rejects(masto.v1.statuses.$select(reply.id).fetch(), (error) => error.statusCode === 404);
  });

  test('pages through home by the links of each page', async () => {
    for (let at = 1; at <= 5; at += 1) await masto.v1.statuses.create({ status: `Number ${at}` });
    const pages = [];
    for await (const page of masto.v1.timelines.home.list({ limit: 2 })) pages.push(page.map(({ content, reblog }) => words((reblog ?? { content }).content)));
    assert.deepEqual(pages.flat().slice(0, 5), ['Number 5', 'Number 4', 'Number 3', 'Number 2', 'Number 1']);
    assert.ok(pages.every((page) => page.length <= 2));
  });

  test('asks a poll, quotes, filters, and writes for later', async () => {
    const other = createRestAPIClient({ url: shop.url, accessToken: await shop.token('alice', 'read write') });
    const asked = await masto.v1.statuses.create({ status: 'Rye or wheat?', poll: { options: ['Rye', 'Wheat'], expiresIn: 3600, multiple: false } });
    assert.deepEqual(asked.poll.options.map(({ title }) => title), ['Rye', 'Wheat']);
    const voted = await other.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] });
    assert.deepEqual([voted.voted, voted.ownVotes, voted.votersCount], [true, [1], 1]);
    await assert.rejects(other.v1.polls.$select(asked.poll.id).votes.create({ choices: [0] }), (error) => error.statusCode === 422);

    const quote = await other.v1.statuses.create({ status: 'Wheat, of course', quotedStatusId: asked.id });
    assert.equal(quote.quote.state, 'accepted');
    assert.equal(quote.quote.quotedStatus.id, asked.id);

    const filter = await masto.v2.filters.create({ title: 'Grain', context: ['public'], filterAction: 'warn', keywordsAttributes: [{ keyword: 'wheat', wholeWord: true }] });
    assert.equal(filter.keywords[0].wholeWord, true);
    const [covered] = await masto.v1.timelines.public.list({ local: true, limit: 1 });
    assert.equal(covered.id, quote.id);
    assert.equal(covered.filtered[0].filter.title, 'Grain');
    await masto.v2.filters.$select(filter.id).remove();

    const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
    const later = await masto.v1.statuses.create({ status: 'In an hour', scheduledAt });
    assert.equal(later.params.text, 'In an hour');
    assert.deepEqual((await masto.v1.scheduledStatuses.list()).map(({ id }) => id), [later.id]);
    await masto.v1.scheduledStatuses.$select(later.id).remove();
    assert.deepEqual(await masto.v1.scheduledStatuses.list(), []);
  });

  test('reads notifications in groups, and conversations', async () => {
    const other = createRestAPIClient({ url: shop.url, accessToken: await shop.token('alice', 'read write') });
    const liked = await masto.v1.statuses.create({ status: 'Like this' });
    await other.v1.statuses.$select(liked.id).favourite();
    const { notificationGroups, accounts, statuses } = await masto.v2.notifications.list({ types: ['favourite'] });
    assert.equal(notificationGroups[0].type, 'favourite');
    assert.equal(notificationGroups[0].notificationsCount, 1);
    assert.equal(statuses.find(({ id }) => id === notificationGroups[0].statusId).id, liked.id);
    assert.deepEqual(notificationGroups[0].sampleAccountIds.map((id) => accounts.find((one) => one.id === id).acct), ['alice']);
    assert.ok((await masto.v2.notifications.unreadCount.fetch()).count >= 1);
    assert.equal((await masto.v2.notifications.policy.fetch()).forNotFollowing, 'accept');

    // Private words of strangers would be held back.
    const { id } = await masto.v1.accounts.lookup({ acct: 'alice' });
    await masto.v1.accounts.$select(id).follow();
    await other.v1.statuses.create({ status: '@carol between us', visibility: 'direct' });
    const conversation = await until('the conversation', async () => (await masto.v1.conversations.list())[0]);
    assert.equal(conversation.unread, true);
    assert.deepEqual(conversation.accounts.map(({ acct }) => acct), ['alice']);
    assert.equal((await masto.v1.conversations.$select(conversation.id).read()).unread, false);
  });

  test('is woken by pushes in both encodings', async () => {
    const other = createRestAPIClient({ url: shop.url, accessToken: await shop.token('alice', 'read write') });
    const { push } = masto.v1;
    await assert.rejects(push.subscription.fetch(), (error) => error.statusCode === 404);
    for (const standard of [true, false]) {
      const made = await push.subscription.create({ subscription: { ...service.subscription, standard }, data: { alerts: { mention: true }, policy: 'all' } });
      assert.deepEqual([made.alerts.mention, made.endpoint], [true, service.subscription.endpoint]);
      const { configuration } = await masto.v2.instance.fetch();
      assert.equal(made.serverKey, configuration.vapid.publicKey);
      const before = service.taken.length;
      const words = `@carol are you up? ${standard}`;
      await other.v1.statuses.create({ status: words });
      const message = await until('the message', () => service.taken[before]);
      assert.equal(message.headers['content-encoding'], standard ? 'aes128gcm' : 'aesgcm');
      const told = JSON.parse(standard ? service.open(message.body) : service.openOlder(message));
      assert.deepEqual([told.notification_type, told.access_token, told.body], ['mention', token.accessToken, words]);
      assert.equal((await masto.v1.notifications.$select(String(told.notification_id)).fetch()).type, 'mention');
    }
    assert.equal((await push.subscription.update({ data: { alerts: { mention: false, follow: true } } })).alerts.mention, false);
    await push.subscription.remove();
    await assert.rejects(push.subscription.fetch(), (error) => error.statusCode === 404);
  });

  test('makes a list and follows a tag', async () => {
    const other = await masto.v1.accounts.lookup({ acct: 'alice' });
    const list = await masto.v1.lists.create({ title: 'Sailors', repliesPolicy: 'none' });
    await masto.v1.lists.$select(list.id).accounts.create({ accountIds: [other.id] });
    assert.deepEqual((await masto.v1.lists.$select(list.id).accounts.list()).map(({ acct }) => acct), ['alice']);
    await masto.v1.timelines.list.$select(list.id).list();
    await masto.v1.lists.$select(list.id).remove();
    assert.equal((await masto.v1.tags.$select('harbour').follow()).following, true);
    assert.deepEqual((await masto.v1.followedTags.list()).map(({ name }) => name), ['harbour']);
    assert.equal((await masto.v1.tags.$select('harbour').unfollow()).following, false);
  });

  test('keeps its own marker, and learns its mistakes in words', async () => {
    const [newest] = await masto.v1.timelines.home.list({ limit: 1 });
    await masto.v1.markers.create({ home: { lastReadId: newest.id } });
    assert.equal((await masto.v1.markers.fetch({ timeline: ['home'] })).home.lastReadId, newest.id);
    await assert.rejects(masto.v1.statuses.create({ status: 'x'.repeat(501) }), (error) => error.statusCode === 422 && /500/.test(error.message));
    await assert.rejects(masto.v1.statuses.$select('99999999999999999999999').fetch(), (error) => error.statusCode === 404);
    const stranger = createRestAPIClient({ url: shop.url, accessToken: 'made up' });
    await assert.rejects(async () => await stranger.v1.timelines.home.list(), (error) => error.statusCode === 401);
  });

  test('gives its token back', async () => {
    socket.close();
    await oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token: token.accessToken });
    await assert.rejects(masto.v1.accounts.verifyCredentials(), (error) => error.statusCode === 401);
  });
});

describe('megalodon', () => {
  let app;
  let client;
  let token;
  let stream;
  const heard = [];

  after(() => stream?.stop());

  test('registers and is let in by a copied code', async () => {
    const guest = generator('mastodon', shop.url);
    app = await guest.registerApp('The megalodon library', { scopes: SCOPES.split(' ') });
    const code = await allowByForms(app.url, alice);
    token = await guest.fetchAccessToken(app.client_id, app.client_secret, code);
    client = generator('mastodon', shop.url, token.access_token);
    assert.equal((await client.verifyAccountCredentials()).data.username, 'alice');
    assert.equal((await client.getInstance()).data.uri, shop.domain);
  });

  test('listens, posts with a picture, edits, marks and replies', async () => {
    stream = await client.userStreaming();
    for (const kind of ['update', 'status_update', 'delete', 'notification']) stream.on(kind, (payload) => heard.push({ kind, payload }));
    await new Promise((resolve, reject) => {
      stream.once('connect', resolve);
      stream.once('error', reject);
    });

    const path = join(files, 'harbour.png');
    await writeFile(path, picture().buffer);
    const { data: media } = await client.uploadMedia(createReadStream(path), { description: 'The same harbour' });
    const { data: status } = await client.postStatus('Two #boats came in', { media_ids: [media.id], visibility: 'public' });
    assert.equal(status.media_attachments[0].description, 'The same harbour');
    await until('the update', () => heard.find(({ kind, payload }) => kind === 'update' && payload.id === status.id));
    const { data: edited } = await client.editStatus(status.id, { status: 'Three #boats came in', media_ids: [media.id] });
    assert.equal(words(edited.content), 'Three #boats came in');
    await until('the edit', () => heard.find(({ kind, payload }) => kind === 'status_update' && payload.id === status.id));
    assert.equal((await client.getStatusSource(status.id)).data.text, 'Three #boats came in');

    assert.equal((await client.favouriteStatus(status.id)).data.favourited, true);
    assert.equal((await client.bookmarkStatus(status.id)).data.bookmarked, true);
    assert.equal((await client.reblogStatus(status.id)).data.reblog.id, status.id);
    assert.deepEqual((await client.getStatusRebloggedBy(status.id)).data.map(({ acct }) => acct), ['alice']);
    const { data: reply } = await client.postStatus('And a fourth', { in_reply_to_id: status.id });
    assert.deepEqual((await client.getStatusContext(status.id)).data.descendants.map(({ id }) => id), [reply.id]);
    assert.equal((await client.unfavouriteStatus(status.id)).data.favourited, false);

    await client.deleteStatus(reply.id);
    await until('the deletion', () => heard.find(({ kind, payload }) => kind === 'delete' && payload === reply.id));
    await assert.rejects(client.getStatus(reply.id), (error) => error.response.status === 404);
  });

  test('follows and reads about it', async () => {
    const other = generator('mastodon', shop.url, await shop.token('carol', 'read write follow'));
    const { data: found } = await client.searchAccount('carol', { limit: 1 });
    assert.equal(found[0].acct, 'carol');
    assert.equal((await client.followAccount(found[0].id)).data.following, true);
    const { data: me } = await client.lookupAccount('alice');
    await other.followAccount(me.id, { reblog: true });
    const { data: mention } = await other.postStatus('Good evening @alice', { visibility: 'public' });
    await until('the mention', () => heard.find(({ kind, payload }) => kind === 'notification' && payload.status?.id === mention.id));
    const { data: list } = await client.getNotifications({ limit: 10 });
    assert.deepEqual(list.slice(0, 2).map(({ type, account }) => [type, account.acct]), [['mention', 'carol'], ['follow', 'carol']]);
    await until('home', async () => (await client.getHomeTimeline({ limit: 5 })).data.some(({ id }) => id === mention.id));
    assert.equal((await client.unfollowAccount(found[0].id)).data.following, false);
    await client.dismissNotifications();
    assert.deepEqual((await client.getNotifications()).data, []);
  });

  test('is woken by a push', async () => {
    const other = generator('mastodon', shop.url, await shop.token('carol', 'read write follow'));
    const { data: made } = await client.subscribePushNotification(service.subscription, { alerts: { mention: true } });
    assert.equal(made.endpoint, service.subscription.endpoint);
    const before = service.taken.length;
    await other.postStatus('The tide turns @alice', { visibility: 'public' });
    const message = await until('the message', () => service.taken[before]);
    const told = JSON.parse(service.openOlder(message));
    assert.deepEqual([told.notification_type, told.title, told.access_token], ['mention', 'carol mentioned you', token.access_token]);
    assert.equal((await client.getPushSubscription()).data.id, made.id);
    await client.deletePushSubscription();
    await assert.rejects(client.getPushSubscription(), (error) => error.response.status === 404);
  });

  test('votes and filters', async () => {
    const { data: asked } = await client.postStatus('Oars or sails?', { poll: { options: ['Oars', 'Sails'], expires_in: 3600 } });
    assert.equal(asked.poll.options.length, 2);
    const other = generator('mastodon', shop.url, await shop.token('carol', 'read write'));
    const { data: poll } = await other.votePoll(asked.poll.id, [0]);
    assert.deepEqual([poll.voted, poll.votes_count], [true, 1]);
    const { data: filter } = await client.createFilter('oars', ['public'], { whole_word: true });
    assert.equal(filter.phrase, 'oars');
    assert.deepEqual((await client.getFilters()).data.map(({ id }) => id), [filter.id]);
    await client.deleteFilter(filter.id);
    const { data: later } = await client.postStatus('Tomorrow', { scheduled_at: new Date(Date.now() + 86_400_000).toISOString() });
    assert.ok(later.scheduled_at);
    assert.equal((await client.getScheduledStatuses()).data.length, 1);
    await client.cancelScheduledStatus(later.id);
  });

  test('searches, reads what is public, and gives its token back', async () => {
    const { data } = await client.search('boats', { type: 'hashtags' });
    assert.equal(data.hashtags[0].name, 'boats');
    const guest = generator('mastodon', shop.url);
    const { data: local } = await guest.getLocalTimeline({ limit: 40 });
    assert.ok(local.some(({ content }) => words(content) === 'Three #boats came in'));
    stream.stop();
    await client.revokeToken(app.client_id, app.client_secret, token.access_token);
    await assert.rejects(client.verifyAccountCredentials(), (error) => error.response.status === 401);
  });
});
