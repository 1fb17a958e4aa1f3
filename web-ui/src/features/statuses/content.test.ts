// Emoji and links in the text of posts.
import { describe, expect, it } from 'vitest';
import { foldTags, insideAddress, isLong, richText } from './content';
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

describe('hashtags at the end', () => {
  const tag = (name: string): string => `<a href="https://b.test/tags/${name}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`;

  it.each([
    [`<p>Bread</p><p>${tag('Rye')} ${tag('Dough')}</p>`, '<p>Bread</p>', ['#Rye', '#Dough']],
    [`<p>Bread<br>${tag('Rye')}</p>`, '<p>Bread</p>', ['#Rye']],
    [`<p>Bread<br />${tag('Rye')} ${tag('rye')}</p>\n`, '<p>Bread</p>\n', ['#rye']],
    [`<p>${tag('Bread')} is good</p><p>${tag('Rye')}</p>`, `<p>${tag('Bread')} is good</p>`, ['#Rye']],
  ])('are taken out of %s', (html, rest, tags) => {
    expect(foldTags(html)).toEqual({ html: rest, tags });
  });

  it.each([
    '',
    '<p>Bread</p>',
    `<p>I like ${tag('Rye')}</p>`,
    `<p>${tag('Rye')} ${tag('Dough')}</p>`,
    `<p>Bread</p><p>${tag('Rye')}, ${tag('Dough')}</p>`,
    `<p>Bread</p><p><a href="https://b.test/">b.test</a></p>`,
    `<p>Bread</p><p>${tag('Rye')} <a href="https://b.test/@bob" class="u-url mention">@bob</a></p>`,
    `<ul><li>${tag('Rye')}</li></ul>`,
    '<p>Bread</p><p></a></p>',
  ])('stay in %s', (html) => {
    expect(foldTags(html)).toEqual({ html, tags: [] });
  });
});

describe('long texts', () => {
  it.each([
    ['words', `<p>${'bread '.repeat(300)}</p>`, true],
    ['lines', `<p>${'x<br>'.repeat(16)}</p>`, true],
    ['few words between much markup', `<p>${'<a href="https://example.org/a/very/long/address/of/a/page">x</a> '.repeat(30)}</p>`, false],
    ['an ordinary post', `<p>${'bread '.repeat(80)}</p><p>and butter</p>`, false],
  ])('are told by %s', (_, html, long) => {
    expect(isLong(html)).toBe(long);
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
