import { describe, expect, it } from 'vitest';
import { agent, powers } from './access';

describe('a browser', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36', 'Chrome', 'Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1', 'Safari', 'iOS'],
    ['curl/8.0', '', ''],
    ['', '', ''],
  ])('%s is told by its name', (text, browser, system) => expect(agent(text)).toEqual({ browser, system }));
});

describe('scopes', () => {
  it('are told by what they allow', () => {
    expect(powers(['read:statuses', 'push'])).toEqual(['access.reads', 'access.pushes']);
    expect(powers(['follow', 'admin:read'])).toEqual(['access.writes', 'access.administers']);
    expect(powers([])).toEqual([]);
  });
});
