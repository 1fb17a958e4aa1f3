// A post on the page: warnings, marks that are undone when the server refuses.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { account, status } from '../../fixtures/entities';
import { announcer } from '../../app/announce.svelte';
import { session } from '../../app/session';
import { store } from '../../app/store.svelte';
import Status from './Status.svelte';

session.token = 't';
session.account_id = '1';
afterEach(() => {
  vi.unstubAllGlobals();
  cleanup();
});

describe('a post', () => {
  it('keeps its text behind the warning until asked', async () => {
    store.put(status({ id: '201', spoiler_text: 'soup', content: '<p>tomato</p>' }));
    render(Status, { id: '201' });
    expect(screen.queryByText('tomato')).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(screen.getByText('tomato')).toBeTruthy();
  });

  it('shows a favourite at once', async () => {
    store.put(status({ id: '202', account: account({ id: '2' }) }));
    const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify(status({ id: '202', favourited: true, favourites_count: 1, account: account({ id: '2' }) })))));
    vi.stubGlobal('fetch', fetched);
    render(Status, { id: '202' });
    const button = screen.getByRole('button', { name: 'Favourite' });
    await fireEvent.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    expect(fetched).toHaveBeenCalledWith('/api/v1/statuses/202/favourite', expect.objectContaining({ method: 'POST' }));
  });

  it('takes a favourite back when the server refuses, and says so', async () => {
    store.put(status({ id: '203', account: account({ id: '2' }) }));
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"error":"Record not found"}', { status: 404 })));
    render(Status, { id: '203' });
    const button = screen.getByRole('button', { name: 'Favourite' });
    await fireEvent.click(button);
    await waitFor(() => expect(button.getAttribute('aria-pressed')).toBe('false'));
    expect(announcer.toasts.at(-1)).toMatchObject({ kind: 'error', text: 'Record not found' });
    expect(store.statuses.get('203')?.favourites_count).toBe(0);
  });
});
