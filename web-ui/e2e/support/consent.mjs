// Lets an application in, as a person does: the sign-in form, then the consent page, then the way back.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

/** A verifier and its challenge for PKCE (RFC 7636, S256). */
export function proof() {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** In a browser: signs in, reads what is asked for, allows it; answers the address the browser is sent to. */
export async function allowInBrowser(browser, address, person, expected) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    // The application listens nowhere: the way back ends at this door.
    const back = new Promise((resolve) => {
      void context.route('http://127.0.0.1:9/**', (route) => {
        resolve(route.request().url());
        return route.fulfill({ status: 200, contentType: 'text/plain', body: 'Signed in. You can close this window.' });
      });
    });
    await page.goto(address);
    await page.getByLabel(/E-mail/).fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: expected }).waitFor();
    await page.getByRole('button', { name: 'Allow' }).click();
    return new URL(await back);
  } finally {
    await context.close();
  }
}

/** A browser as small as it gets: cookies, forms and redirects by `fetch`. */
class Visitor {
  #cookies = new Map();

  async #send(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie, accept: 'text/html' } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    const place = answer.headers.get('location');
    return place ? this.#send(new URL(place, url).href) : { url, text: await answer.text(), status: answer.status };
  }

  open(url) {
    return this.#send(url);
  }

  /** Sends the first form of a page to where the form says, with its hidden fields and `filled`. */
  submit({ url, text }, filled) {
    const form = /<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/.exec(text);
    assert.ok(form, `no form at ${url}:\n${text}`);
    const fields = new URLSearchParams();
    for (const [, name, value] of form[2].matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
      fields.append(name, value.replaceAll('&#38;', '&').replaceAll('&amp;', '&'));
    }
    for (const [name, value] of Object.entries(filled)) fields.set(name, value);
    return this.#send(new URL(form[1], url).href, { method: 'POST', body: fields });
  }
}

/** Without a browser: allows an application that has no address, and answers the code to copy. */
export async function allowByForms(address, person) {
  const visitor = new Visitor();
  const signIn = await visitor.open(address);
  const consent = await visitor.submit(signIn, { email: person.email, password: person.password });
  const page = await visitor.submit(consent, { decision: 'allow' });
  const code = /<code class="code">([^<]+)<\/code>/.exec(page.text)?.[1];
  assert.ok(code, `no code at ${page.url}:\n${page.text}`);
  return code;
}
