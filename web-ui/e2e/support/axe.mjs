// axe in a page, past the content policy that keeps foreign scripts out of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = (options) => `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...options })}).then((result) => JSON.stringify(result.violations.map(
  ({ id, help, nodes }) => id + ' (' + help + '): ' + nodes.slice(0, 4).map(({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | '))))`;
/** The rules that another look of the same screen may break. */
const COLOURS = { runOnly: { type: 'tag', values: ['cat.color'] } };

/** Fails with every rule that the page breaks; with `colours`, only with those about colours. */
export async function assertAccessible(page, what, { colours = false } = {}) {
  const tools = await page.context().newCDPSession(page);
  const evaluate = async (expression) => (await tools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result.value;
  try {
    if (await evaluate('typeof axe === "undefined"')) await evaluate(`${source};0`);
    assert.deepEqual(JSON.parse(await evaluate(run(colours ? COLOURS : {}))), [], `accessibility of ${what}`);
  } finally {
    await tools.detach();
  }
}
