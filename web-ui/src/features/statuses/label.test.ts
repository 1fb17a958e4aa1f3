// What is read out for a post, in its fixed order.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { account, status } from '../../fixtures/entities';
import { statusLabel } from './label';

const now = Date.parse('2026-08-01T12:05:00.000Z');
beforeEach(() => void vi.useFakeTimers({ now }));

describe('the label of a post', () => {
  it('says name, text, time, address', () => {
    expect(statusLabel(status(), { now, open: true })).toBe('Alice Adler, Hello, 5 minutes ago, @alice');
  });

  it('says the user name of somebody without a display name', () => {
    const post = status({ account: account({ display_name: '' }) });
    expect(statusLabel(post, { now, open: true })).toMatch(/^alice, /);
  });

  it('keeps text and media behind a closed warning to itself', () => {
    const media = { id: '1', type: 'image' as const, url: '/a', preview_url: '/a', remote_url: null, meta: null, description: 'a cat', blurhash: null };
    const post = status({ spoiler_text: 'cats', media_attachments: [media] });
    expect(statusLabel(post, { now, open: false })).toBe('Alice Adler, content warning: cats, 5 minutes ago, @alice');
    expect(statusLabel(post, { now, open: true })).toBe(
      'Alice Adler, content warning: cats, Hello, 1 attachment, a cat, 5 minutes ago, @alice',
    );
  });

  it('names the author first and the booster last, and tells the audience and edits', () => {
    const inner = status({ id: '1', visibility: 'unlisted', edited_at: '2026-08-01T12:01:00.000Z', account: account({ id: '2', username: 'bob', display_name: 'Bob' }) });
    expect(statusLabel(status({ id: '2', reblog: inner }), { now, open: true })).toBe(
      'Bob, Hello, 5 minutes ago, @bob, Quiet public, edited, boosted by Alice Adler',
    );
  });

  it('reads paragraphs apart and leaves out what a link hides', () => {
    const content = '<p>One<br>two</p><p>three <a href="https://x.org/abc"><span class="invisible">https://</span><span class="ellipsis">x.org/a</span><span class="invisible">bc</span></a></p>';
    expect(statusLabel(status({ content }), { now, open: true })).toContain('One two three x.org/a…');
  });
});
