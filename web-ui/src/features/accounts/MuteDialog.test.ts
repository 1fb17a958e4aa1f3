// Muting somebody for a time: what is sent, and what is left when the server refuses.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { announcer } from '../../app/announce.svelte';
import type { Relationship } from '../../app/entities';
import { store } from '../../app/store.svelte';
import { windows } from '../../app/windows.svelte';
import { account } from '../../fixtures/entities';
import MuteDialog from './MuteDialog.svelte';
import { mute, toggleMute } from './relations';

const bob = account({ id: '2', username: 'bob' });
const nothing = { id: '2', following: true, muting: false } as Relationship;
let sent: [string, unknown][];

/** Answers what changes a relationship, and keeps what was asked. */
function answering(answer: () => Response): void {
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) => {
    if (init?.method === 'POST') sent.push([address, JSON.parse(String(init.body ?? 'null'))]);
    return Promise.resolve(init?.method === 'POST' ? answer() : new Response('[]'));
  });
}

beforeEach(() => {
  sent = [];
  store.relationships.set('2', nothing);
  answering(() => new Response(JSON.stringify({ ...nothing, muting: true, muting_expires_at: '2026-08-02T12:00:00.000Z' })));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  windows.close();
  announcer.toasts = [];
});

describe('the window', () => {
  it('mutes for ever, and notifications too, unless told otherwise', async () => {
    const onclose = vi.fn();
    render(MuteDialog, { account: bob, onclose });
    await fireEvent.click(screen.getByRole('button', { name: 'Mute' }));
    expect(sent).toEqual([['/api/v1/accounts/2/mute', { duration: 0, notifications: true }]]);
    expect(onclose).toHaveBeenCalledOnce();
  });

  it('offers times, and leaves notifications when told to', async () => {
    render(MuteDialog, { account: bob, onclose: () => {} });
    expect([...screen.getByLabelText<HTMLSelectElement>('How long').options].map(({ text }) => text)).toEqual(['For ever', '6 hours', '1 day', '7 days', '30 days']);
    await fireEvent.click(screen.getByLabelText('Hide their notifications too'));
    await fireEvent.click(screen.getByRole('button', { name: 'Mute' }));
    expect(sent).toEqual([['/api/v1/accounts/2/mute', { duration: 0, notifications: false }]]);
    await vi.waitFor(() => expect(store.relationships.get('2')?.muting_expires_at).toBe('2026-08-02T12:00:00.000Z'));
  });

  it('sends nothing when it is closed', async () => {
    const onclose = vi.fn();
    render(MuteDialog, { account: bob, onclose });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(onclose).toHaveBeenCalledOnce();
    expect(sent).toEqual([]);
  });

  it('takes the mute back when the server refuses, and tries the same again', async () => {
    answering(() => new Response('{"error":"busy"}', { status: 503 }));
    await mute(bob, { duration: 86_400, notifications: false });
    expect(announcer.toasts).toHaveLength(1);
    expect(store.relationships.get('2')).toEqual(nothing);
    announcer.toasts[0]?.action?.run();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toEqual(Array(2).fill(['/api/v1/accounts/2/mute', { duration: 86_400, notifications: false }]));
  });
});

describe('the entry of a menu', () => {
  it('opens the window', async () => {
    await toggleMute(bob);
    expect(windows.opened).toEqual({ name: 'mute', props: { account: bob } });
    expect(sent).toEqual([]);
  });

  it('ends a mute at once', async () => {
    store.relationships.set('2', { ...nothing, muting: true });
    await toggleMute(bob);
    expect(windows.opened).toBeNull();
    expect(sent.map(([address]) => address)).toEqual(['/api/v1/accounts/2/unmute']);
  });
});
