// A push service on this machine, and the browser's half of a subscription: takes messages and opens them (RFC 8291).
import { createDecipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const KEY = 16;
const NONCE = 12;
/** Bytes of an uncompressed point on the curve. */
const POINT = 65;

const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const one = Buffer.from([1]);

export class PushService {
  #keys = createECDH('prime256v1');
  #auth = randomBytes(16);
  /** Messages as they came: `{ headers, body }`. */
  taken = [];

  static async start() {
    const service = new PushService();
    service.#keys.generateKeys();
    service.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      service.taken.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(201).end();
    });
    await new Promise((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  /** What the browser would answer to `pushManager.subscribe`. */
  get subscription() {
    return {
      endpoint: `http://localhost:${this.server.address().port}/send/1`,
      keys: { p256dh: this.#keys.getPublicKey().toString('base64url'), auth: this.#auth.toString('base64url') },
    };
  }

  /** The text of a message in `aes128gcm` (RFC 8188): one record. */
  open(body) {
    const salt = body.subarray(0, 16);
    const size = body[20];
    const sender = body.subarray(21, 21 + size);
    const shared = this.#keys.computeSecret(sender);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#keys.getPublicKey(), sender]);
    if (sender.length !== POINT) throw new Error('the key of the sender is no point');
    const secret = hmac(hmac(salt, hmac(hmac(this.#auth, shared), info, one)), Buffer.from('Content-Encoding: aes128gcm\0'), one).subarray(0, KEY);
    const nonce = hmac(hmac(salt, hmac(hmac(this.#auth, shared), info, one)), Buffer.from('Content-Encoding: nonce\0'), one).subarray(0, NONCE);
    const sealed = body.subarray(21 + size);
    const decipher = createDecipheriv('aes-128-gcm', secret, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // After the text stand the sign of the last record and its padding.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
  }

  /** The text of a message in the older `aesgcm`: salt and key of the sender stand in its headers. */
  openOlder({ headers, body }) {
    const part = (header, name) => Buffer.from(new RegExp(`${name}=([^;,]+)`).exec(header)[1], 'base64url');
    const salt = part(headers.encryption, 'salt');
    const sender = part(headers['crypto-key'], 'dh');
    const long = (point) => Buffer.concat([Buffer.from([0, point.length]), point]);
    const context = Buffer.concat([Buffer.from('P-256\0'), long(this.#keys.getPublicKey()), long(sender)]);
    const input = hmac(hmac(this.#auth, this.#keys.computeSecret(sender)), Buffer.from('Content-Encoding: auth\0'), one);
    const derived = (name, size) => hmac(hmac(salt, input), Buffer.from(`Content-Encoding: ${name}\0`), context, one).subarray(0, size);
    const decipher = createDecipheriv('aes-128-gcm', derived('aesgcm', KEY), derived('nonce', NONCE));
    decipher.setAuthTag(body.subarray(-16));
    const plain = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
    return plain.subarray(2 + plain.readUInt16BE(0)).toString('utf8');
  }

  stop() {
    this.server.close();
  }
}
