// A second server of other make: Fedify, with people who follow, post, answer, boost, like, edit, delete and move.
import { createServer } from 'node:http';
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from '@fedify/fedify';
import {
  Accept,
  Activity,
  Announce,
  Create,
  Delete,
  Endpoints,
  Follow,
  isActor,
  Like,
  Move,
  Note,
  Person,
  PUBLIC_COLLECTION,
  Tombstone,
  Undo,
  Update,
} from '@fedify/vocab';
import { Temporal } from '@js-temporal/polyfill';
import { until } from './shop.mjs';

export const CAVAGE = 'draft-cavage-http-signatures-12';
export const RFC_9421 = 'rfc9421';

/** Key pairs take seconds to make and are good for any test: everybody has the same. */
let pairs;
function keyPairs() {
  pairs ??= Promise.all(['RSASSA-PKCS1-v1_5', 'Ed25519'].map((kind) => generateCryptoKeyPair(kind)));
  return pairs;
}

/** Fedify speaks in requests and responses of the web. */
async function toRequest(incoming, origin) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1]);
  }
  const body = chunks.length ? Buffer.concat(chunks) : undefined;
  return new Request(new URL(incoming.url, origin), { method: incoming.method, headers, body });
}

export class FedifyServer {
  /** @param {string[]} names who lives there  @param {string} knock the form of signature that it tries first */
  static async start(names, knock = CAVAGE) {
    const server = new FedifyServer();
    Object.assign(server, { names: new Set(names), notes: new Map(), followers: new Map() });
    await keyPairs();
    Object.assign(server, { received: [], forms: [], onlyNewForm: false, moved: new Map(), number: 0 });
    server.federation = server.#federation(knock);
    server.http = createServer((incoming, outgoing) => {
      server.#answer(incoming, outgoing).catch((error) => {
        server.failure = error;
        outgoing.writeHead(500).end();
      });
    });
    await new Promise((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.domain = `localhost:${server.http.address().port}`;
    server.url = `http://${server.domain}`;
    server.context = server.federation.createContext(new URL(server.url), undefined);
    return server;
  }

  #federation(knock) {
    const federation = createFederation({
      kv: new MemoryKvStore(),
      allowPrivateAddress: true,
      firstKnock: knock,
    });
    federation
      .setActorDispatcher('/people/{identifier}', (ctx, name) => this.#person(ctx, name))
      .setKeyPairsDispatcher(keyPairs);
    federation.setObjectDispatcher(Note, '/people/{identifier}/notes/{id}', (_, { id }) => this.notes.get(id) ?? null);
    federation
      .setFollowersDispatcher('/people/{identifier}/followers', (_, name) => ({
        items: [...(this.followers.get(name)?.values() ?? [])],
      }))
      .setCounter((_, name) => this.followers.get(name)?.size ?? 0);
    federation
      .setInboxListeners('/people/{identifier}/inbox', '/inbox')
      .setSharedKeyDispatcher(() => ({ identifier: [...this.names][0] }))
      .on(Activity, (ctx, activity) => this.#hear(ctx, activity))
      .onError((_, error) => {
        this.failure = error;
      });
    return federation;
  }

  async #answer(incoming, outgoing) {
    const request = await toRequest(incoming, this.url);
    if (request.method === 'POST') {
      const isNew = request.headers.has('signature-input');
      this.forms.push(isNew ? RFC_9421 : CAVAGE);
      if (this.onlyNewForm && !isNew) {
        outgoing.writeHead(401).end();
        return;
      }
    }
    const response = await this.federation.fetch(request, { contextData: undefined });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }

  async #person(ctx, name) {
    if (!this.names.has(name)) return null;
    const pairs = await ctx.getActorKeyPairs(name);
    const moved = this.moved.get(name);
    return new Person({
      id: ctx.getActorUri(name),
      preferredUsername: name,
      name: `${name} of Fedify`,
      inbox: ctx.getInboxUri(name),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      followers: ctx.getFollowersUri(name),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
      successor: moved?.to,
      aliases: moved?.from ? [moved.from] : [],
    });
  }

  async #hear(ctx, activity) {
    this.received.push(activity);
    const name = ctx.recipient ?? [...this.names][0];
    if (activity instanceof Follow) {
      const follower = await activity.getActor(ctx);
      const asked = ctx.parseUri(activity.objectId)?.identifier ?? name;
      if (!this.followers.has(asked)) this.followers.set(asked, new Map());
      this.followers.get(asked).set(follower.id.href, {
        id: follower.id,
        inboxId: follower.inboxId,
        endpoints: follower.endpoints,
      });
      const accept = new Accept({ id: this.#newId(), actor: activity.objectId, object: activity });
      await ctx.sendActivity({ identifier: asked }, follower, accept);
    } else if (activity instanceof Undo && (await activity.getObject()) instanceof Follow) {
      for (const followers of this.followers.values()) followers.delete(activity.actorId.href);
    }
  }

  #newId() {
    this.number += 1;
    return new URL(`/activities/${this.number}`, this.url);
  }

  id(name) {
    return this.context.getActorUri(name);
  }

  #everybody(name) {
    return { to: PUBLIC_COLLECTION, cc: this.context.getFollowersUri(name) };
  }

  /** Reads a document of another server, signed for by somebody here; nothing when it is not shown. */
  async read(name, address) {
    const documentLoader = await this.context.getDocumentLoader({ identifier: name });
    return this.context.lookupObject(address, { documentLoader });
  }

  async #actor(name, address) {
    const actor = await this.read(name, address);
    if (!isActor(actor)) throw new Error(`${address} is nobody`);
    return actor;
  }

  async follow(name, address) {
    const target = await this.#actor(name, address);
    const follow = new Follow({ id: this.#newId(), actor: this.id(name), object: target.id });
    await this.context.sendActivity({ identifier: name }, target, follow);
  }

  async #toFollowers(name, activity, more = []) {
    await this.context.sendActivity({ identifier: name }, 'followers', activity, { preferSharedInbox: true });
    if (more.length) await this.context.sendActivity({ identifier: name }, more, activity);
  }

  /** A public post, which may answer another server's. */
  async post(name, text, answered) {
    this.number += 1;
    const id = `${this.number}`;
    const parent = answered ? await this.read(name, answered) : null;
    const author = parent ? await this.#actor(name, parent.attributionId.href) : null;
    const { to, cc } = this.#everybody(name);
    const note = new Note({
      id: this.context.getObjectUri(Note, { identifier: name, id }),
      attribution: this.id(name),
      content: text,
      replyTarget: parent?.id,
      published: Temporal.Now.instant(),
      to,
      ccs: author ? [cc, author.id] : [cc],
    });
    this.notes.set(id, note);
    const create = new Create({ id: this.#newId(), actor: this.id(name), object: note, to, ccs: note.ccIds });
    await this.#toFollowers(name, create, author ? [author] : []);
    return note;
  }

  async edit(name, note, text) {
    const edited = note.clone({ content: text, updated: Temporal.Now.instant().add({ seconds: 1 }) });
    this.notes.set(note.id.pathname.split('/').pop(), edited);
    const { to, cc } = this.#everybody(name);
    await this.#toFollowers(name, new Update({ id: this.#newId(), actor: this.id(name), object: edited, to, cc }));
    return edited;
  }

  async remove(name, note) {
    this.notes.delete(note.id.pathname.split('/').pop());
    const { to, cc } = this.#everybody(name);
    const object = new Tombstone({ id: note.id });
    await this.#toFollowers(name, new Delete({ id: this.#newId(), actor: this.id(name), object, to, cc }));
  }

  /** Likes or boosts a post of another server; answers how to take it back. */
  async mark(kind, name, address) {
    const object = await this.read(name, address);
    const author = await this.#actor(name, object.attributionId.href);
    const { to, cc } = this.#everybody(name);
    const mark = new kind({ id: this.#newId(), actor: this.id(name), object: object.id, to, cc });
    await this.context.sendActivity({ identifier: name }, author, mark);
    return async () => {
      const undo = new Undo({ id: this.#newId(), actor: this.id(name), object: mark, to, cc });
      await this.context.sendActivity({ identifier: name }, author, undo);
    };
  }

  like(name, address) {
    return this.mark(Like, name, address);
  }

  boost(name, address) {
    return this.mark(Announce, name, address);
  }

  /** Somebody becomes somebody else of this server. */
  async move(from, to) {
    this.moved.set(to, { from: this.id(from) });
    this.moved.set(from, { to: this.id(to) });
    const move = new Move({ id: this.#newId(), actor: this.id(from), object: this.id(from), target: this.id(to) });
    await this.#toFollowers(from, move);
  }

  /** Waits for an activity of a class, about which `fits` agrees. */
  async hears(kind, fits = () => true) {
    return until(`${kind.name} at ${this.domain}`, async () => {
      if (this.failure) throw this.failure;
      for (const activity of this.received) {
        if (activity instanceof kind && (await fits(activity))) return activity;
      }
      return null;
    });
  }

  async stop() {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
