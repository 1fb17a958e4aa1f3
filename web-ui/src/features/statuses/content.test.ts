// Emoji and links in the text of posts.
import { describe, expect, it } from 'vitest';
import { insideAddress, richText } from './content';
import { pieces } from '../../ui/words';

const blob = { shortcode: 'blob', url: '/blob.gif', static_url: '/blob.png' };

describe('custom emoji', () => {
  it('become pictures in text, never in addresses or code', () => {
    expect(richText('<p>Hi :blob:! <a href="/:blob:">x</a> <code>:blob:</code></p>', [blob])).toBe(
      '<p>Hi <img class="emoji" src="/blob.png" title=":blob:" alt=":blob:" loading="lazy">! <a href="/:blob:">x</a> <code>:blob:</code></p>',
    );
  });

  it.each([
    ['12:blob:34', ['12:blob:34']],
    ['::blob::', ['::blob::']],
    [':blob:', [blob]],
    [':other: :blob:', [':other: ', blob]],
    ['(:blob:)', ['(', blob, ')']],
  ])('%s is cut where a shortcode stands free', (text, expected) => {
    expect(pieces(text, [blob])).toEqual(expected);
  });

  it('cannot break out of an attribute', () => {
    const evil = { shortcode: 'evil', url: '', static_url: '"><script>alert(1)</script>' };
    const html = richText('<p>:evil:</p>', [evil]);
    const holder = document.createElement('div');
    holder.innerHTML = html;
    expect(holder.querySelector('script')).toBeNull();
    expect(holder.querySelector('img')?.getAttribute('src')).toBe(evil.static_url);
  });
});

describe('links', () => {
  function link(html: string): HTMLAnchorElement {
    const holder = document.createElement('div');
    holder.innerHTML = html;
    return holder.querySelector('a') as HTMLAnchorElement;
  }
  const mentions = [{ id: '2', username: 'bob', acct: 'bob@b.test', url: 'https://b.test/@bob' }];

  it('to mentioned people and tags stay inside the app', () => {
    expect(insideAddress(link('<a class="u-url mention" href="https://b.test/@bob">@bob</a>'), mentions, [])).toBe('/@bob@b.test');
    expect(insideAddress(link('<a class="mention hashtag" rel="tag" href="https://b.test/tags/Rust">#Rust</a>'), [], [])).toBe('/tags/rust');
  });

  it('to the wide world leave it', () => {
    expect(insideAddress(link('<a href="https://example.org/">x</a>'), mentions, [])).toBeNull();
  });
});
