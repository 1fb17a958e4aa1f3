// The length of posts as the server counts it; e2e/count.test.mjs asks the server itself about the same texts.
import { describe, expect, it } from 'vitest';
import hard from '../../fixtures/hard-texts.json';
import { countCharacters } from './count';

describe('the length of a post', () => {
  it.each(hard as [string, number][])('%j counts %i', (text, length) => {
    expect(countCharacters(text)).toBe(length);
  });

  it('adds the warning, whose links are shortened too', () => {
    expect(countCharacters('hello', 'ab')).toBe(7);
    expect(countCharacters('hello', 'https://example.org/a/very/long/path')).toBe(28);
  });

  it('leaves out blanks around both', () => {
    expect(countCharacters(' hello \n', '\u3000ab\n')).toBe(7);
  });

  it('takes time linear in the text, whatever it is', () => {
    for (const unit of ['@', '@a@', '@a.-', '#a·', 'https://', 'https://a/(', 'https://a.', 'xmpp:a', 'magnet:?xt=urn:', '(', '＃']) {
      const begun = performance.now();
      countCharacters(unit.repeat(5_000 / unit.length));
      expect(performance.now() - begun, unit).toBeLessThan(1_000);
    }
  });
});
