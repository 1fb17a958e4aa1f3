// axe in a page, past the content policy that keeps foreign scripts out of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then((result) => JSON.stringify(result.violations.map(
  ({ id, help, nodes }) => id + ' (' + help + '): ' + nodes.slice(0, 4).map(({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | '))))`;

/** Fails with every rule that the page breaks. */
export async function assertAccessible(page, what) {
  const tools = await page.context().newCDPSession(page);
  try {
    await tools.send('Runtime.evaluate', { expression: source });
    const { result } = await tools.send('Runtime.evaluate', { expression: RUN, awaitPromise: true, returnByValue: true });
    assert.deepEqual(JSON.parse(result.value), [], `accessibility of ${what}`);
  } finally {
    await tools.detach();
  }
}
