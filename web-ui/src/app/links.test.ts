// The Link header, in all the shapes servers and proxies send.
import { describe, expect, it } from 'vitest';
import { parseLinks } from './links';

describe('the Link header', () => {
  it('names the pages before and after', () => {
    const header =
      '<http://localhost/api/v1/bookmarks?limit=20&max_id=7>; rel="next", <http://localhost/api/v1/bookmarks?limit=20&min_id=26>; rel="prev"';
    expect(parseLinks(header)).toEqual({
      next: '/api/v1/bookmarks?limit=20&max_id=7',
      prev: '/api/v1/bookmarks?limit=20&min_id=26',
    });
  });

  it.each([
    ['one link', '<http://x/a?max_id=1>; rel="next"', { next: '/a?max_id=1' }],
    ['no quotes', '<http://x/a>;rel=next', { next: '/a' }],
    ['other parameters', '<http://x/a>; title="a"; rel="prev"', { prev: '/a' }],
    ['commas in the address', '<http://x/a?q=1,2>; rel="next"', { next: '/a?q=1,2' }],
    ['other relations', '<http://x/a>; rel="canonical"', {}],
    ['nonsense', 'what?', {}],
    ['an impossible address', '<http://[>; rel="next"', {}],
    ['nothing', null, {}],
  ])('with %s', (_, header, links) => {
    expect(parseLinks(header)).toEqual(links);
  });

  it('never leads to another origin', () => {
    expect(parseLinks('<https://evil.example/api/v1/favourites?max_id=1>; rel="next"').next).toBe('/api/v1/favourites?max_id=1');
  });
});
