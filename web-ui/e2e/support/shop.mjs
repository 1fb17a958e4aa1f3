// Starts real Shops on free ports with throw-away data, and runs the command line beside them.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const BINARY = process.env.SHOP_BIN ?? fileURLToPath(new URL('../../../target/debug/shop', import.meta.url));
/** Longest wait for a server to answer, in milliseconds; debug builds on busy machines are slow. */
const START = 60_000;

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Asks until `ask` answers something true; fails with `what` after `limit` milliseconds. */
export async function until(what, ask, limit = START) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Shop {
  /** @param {string} command `serve` or `demo`  @param {Record<string, string>} settings further variables */
  static async start(command = 'serve', settings = {}) {
    const shop = new Shop();
    shop.port = await freePort();
    shop.url = `http://localhost:${shop.port}`;
    shop.domain = `localhost:${shop.port}`;
    shop.output = '';
    shop.data = command === 'serve' ? await mkdtemp(join(tmpdir(), 'shop-e2e-')) : null;
    const listen = ['--listen', `127.0.0.1:${shop.port}`];
    // A demo chooses its own folder and address.
    const place = shop.data ? ['--data', shop.data, '--url', shop.url, '--domain', shop.domain] : ['--json'];
    shop.process = spawn(BINARY, [command, ...listen, ...place], {
      env: {
        ...process.env,
        SHOP_FEDERATION__ALLOW_INSECURE: 'true',
        SHOP_FEDERATION__ALLOW_PRIVATE: 'true',
        SHOP_LIMITS__RATE: 'off',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let failed = null;
    shop.process.on('error', (error) => (failed = error));
    shop.ended = new Promise((resolve) => shop.process.on('exit', resolve));
    for (const stream of [shop.process.stdout, shop.process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (shop.output = (shop.output + text).slice(-200_000)));
    }
    try {
      await until('the server', async () => {
        if (failed) throw failed;
        if (shop.process.exitCode !== null) throw new Error(`the server ended:\n${shop.output}`);
        return fetch(`${shop.url}/health/ready`).then(({ ok }) => ok, () => false);
      });
    } catch (error) {
      await shop.stop();
      throw error;
    }
    return shop;
  }

  /** A confirmed account; answers how to sign in. */
  async account(name, role = 'user') {
    const person = { name, email: `${name}@mail.example`, password: `${name}-and-a-long-password` };
    const words = ['account', 'create', name, '--email', person.email, '--password', person.password, '--role', role];
    await run(BINARY, [...words, '--data', this.data]);
    return person;
  }

  /** A token for the API, as `shop token create` prints it. */
  async token(name, scopes) {
    const { stdout } = await run(BINARY, ['token', 'create', name, '--scopes', scopes, '--data', this.data]);
    return stdout.trim();
  }

  /** Tells everybody something; answers how to take it away. */
  async announce(text, ...more) {
    const { stdout } = await run(BINARY, ['announcement', 'create', text, ...more, '--data', this.data]);
    return () => run(BINARY, ['announcement', 'delete', stdout.trim(), '--data', this.data]);
  }

  /** The moderators hide everybody of another server. */
  async limit(domain) {
    await run(BINARY, ['domain', 'block', domain, '--severity', 'silence', '--data', this.data]);
  }

  /** The link that the first start prints for the owner. */
  async setupLink() {
    return until('the set-up link', () => /https?:\/\/\S+\/setup\S*/.exec(this.output)?.[0]);
  }

  async stop() {
    if (this.process.exitCode === null) {
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
      await this.ended;
      clearTimeout(late);
    }
    if (this.data) await rm(this.data, { recursive: true, force: true });
  }
}
