// Sorting and sifting what came in a span of time.
import { describe, expect, it } from 'vitest';
import { account, status } from '../../fixtures/entities';
import { authors, byAuthor, counts, kindsOf, sift, topLinks } from './catchup';

const bob = account({ id: '2', username: 'bob' });
const plain = status({ id: '1', created_at: '2026-08-01T10:00:00Z', favourites_count: 1 });
const loved = status({ id: '2', created_at: '2026-08-01T09:00:00Z', favourites_count: 9, account: bob });
const reply = status({ id: '3', created_at: '2026-08-01T08:00:00Z', in_reply_to_id: '1', in_reply_to_account_id: '1', replies_count: 4, account: bob });
const thread = status({ id: '4', in_reply_to_id: '1', in_reply_to_account_id: '1' });
const boost = status({ id: '5', created_at: '2026-08-01T11:00:00Z', reblog: loved });
const all = [boost, plain, loved, reply];

describe('catching up', () => {
  it('knows kinds: an own thread is no reply to somebody', () => {
    expect(kindsOf(plain)).toEqual(['posts']);
    expect(kindsOf(reply)).toEqual(['replies']);
    expect(kindsOf(thread)).toEqual(['posts']);
    expect(kindsOf(boost)).toEqual(['boosts']);
    expect(kindsOf(status({ media_attachments: [{} as never], quote: { state: 'accepted' } }))).toEqual(['posts', 'quotes', 'media']);
    expect(counts(all)).toEqual({ posts: 2, replies: 1, boosts: 1, quotes: 0, media: 0 });
  });

  it('shows what was boosted once', () => {
    expect(sift(all, null, null, 'newest').map(({ id }) => id)).toEqual(['5', '1', '3']);
    expect(sift(all, 'posts', null, 'newest').map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('sorts by time, replies and marks', () => {
    expect(sift(all, null, null, 'oldest').map(({ id }) => id)).toEqual(['3', '1', '5']);
    expect(sift(all, null, null, 'replies')[0]?.id).toBe('3');
    expect(sift(all, null, null, 'liked')[0]?.id).toBe('5');
  });

  it('puts first what there is most of to read, pictures as much as words', () => {
    const long = status({ id: '11', content: `<p>${'word '.repeat(60)}</p>` });
    const short = status({ id: '12', content: '<p>word</p>' });
    const picture = { id: '1', type: 'image', url: '', preview_url: '', description: '' } as never;
    const pictures = status({ id: '13', content: '', media_attachments: [picture, picture, picture] });
    expect(sift([short, long, pictures], null, null, 'dense').map(({ id }) => id)).toEqual(['13', '11', '12']);
  });

  it('puts posts of one person together, the busiest first, each in the order given', () => {
    const groups = byAuthor(sift(all, null, null, 'oldest'));
    expect(groups.map(({ account: { username }, items }) => [username, items.length])).toEqual(groups.map(({ account: { username }, items }) => [username, items.length]).sort((a, b) => Number(b[1]) - Number(a[1])));
    expect(groups.flatMap(({ items }) => items)).toHaveLength(sift(all, null, null, 'oldest').length);
    for (const { account: { id }, items } of groups) expect(items.every((one) => one.account.id === id)).toBe(true);
    expect(byAuthor([])).toEqual([]);
  });

  it('tells which pages several people share, each person once', () => {
    const linked = (url: string, of: Parameters<typeof status>[0] = {}) => status({ card: { url, title: url } as never, ...of });
    const news = linked('https://a.test/news');
    const shared = [news, linked('https://a.test/news'), status({ account: bob, reblog: news }), linked('https://b.test/'), linked('https://b.test/', { account: bob, sensitive: true }), plain];
    expect(topLinks(shared, 5).map(({ card, count }) => [card.url, count])).toEqual([['https://a.test/news', 2]]);
    expect(topLinks([...shared, linked('https://b.test/', { account: bob })], 1)).toHaveLength(1);
    expect(topLinks([plain, reply], 5)).toEqual([]);
  });

  it('tells who was busy', () => {
    expect(authors(all).map(({ account: { username }, count }) => [username, count])).toEqual([['alice', 2], ['bob', 2]]);
    expect(sift(all, null, '2', 'newest').map(({ id }) => id)).toEqual(['2', '3']);
  });
});
