// Unsent posts in the browser's storage.
import { beforeEach, describe, expect, it } from 'vitest';
import { forget, keep, keptDrafts, MOST_KEPT, recall, type Kept } from './kept';

function draft(key: string, text = key): Kept {
  return {
    key, at: 1, text, spoiler: '', warned: false, sensitive: false, visibility: 'public', language: 'en', poll: null, media: [], in_reply_to_id: null, quoted_status_id: null,
  };
}

describe('kept drafts', () => {
  beforeEach(() => localStorage.clear());

  it('keep one draft a place, the newest first', () => {
    keep(draft('new'));
    keep(draft('reply:1'));
    keep(draft('new', 'changed'));
    expect(keptDrafts().map(({ text }) => text)).toEqual(['changed', 'reply:1']);
    expect(recall('reply:1')?.text).toBe('reply:1');
    expect(recall('reply:2')).toBeUndefined();
  });

  it('are bounded', () => {
    for (let at = 0; at < MOST_KEPT + 3; at += 1) keep(draft(`reply:${at}`));
    expect(keptDrafts()).toHaveLength(MOST_KEPT);
    expect(recall('reply:0')).toBeUndefined();
  });

  it('are gone when they are forgotten', () => {
    keep(draft('new'));
    forget('new');
    forget('reply:9');
    expect(keptDrafts()).toEqual([]);
    expect(localStorage.length).toBe(0);
  });

  it('survive a broken store', () => {
    for (const broken of ['{', '3', '[null, {"key": 5}]']) {
      localStorage.setItem('shop:drafts:', broken);
      expect(keptDrafts()).toEqual([]);
    }
    keep(draft('new'));
    expect(keptDrafts()).toHaveLength(1);
    const full = { getItem: () => null, setItem: () => { throw new Error('full'); } } as unknown as Storage;
    expect(() => keep(draft('new'), full)).not.toThrow();
  });
});
