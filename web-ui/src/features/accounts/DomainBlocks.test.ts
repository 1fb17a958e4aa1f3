// Rows that come a page at a time: a page that failed is asked for again, and only that page.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import DomainBlocks from './DomainBlocks.svelte';

afterEach(() => {
  vi.unstubAllGlobals();
  cleanup();
});

const first = (): Response =>
  new Response('["one.example"]', { headers: { Link: '<https://here.example/api/v1/domain_blocks?max_id=1>; rel="next"' } });

/** Answers the requests in turn, and tells where they went. */
function answering(...answers: Response[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    return Promise.resolve(answers[asked.length - 1] ?? new Response('[]'));
  });
  return asked;
}

describe('blocked servers', () => {
  it('asks again for the page that failed, and shows no row twice', async () => {
    const asked = answering(first(), new Response('{"error":"busy"}', { status: 503 }), new Response('["two.example"]'));
    render(DomainBlocks);
    await fireEvent.click(await screen.findByRole('button', { name: 'Show more' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    await screen.findByText('two.example');
    expect(screen.getAllByRole('listitem').map((row) => row.querySelector('.domain')?.textContent.trim())).toEqual(['one.example', 'two.example']);
    expect(asked[2]).toBe(asked[1]);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('leads on when all rows of the first page are gone', async () => {
    answering(first(), new Response('{}'), new Response('["two.example"]'));
    render(DomainBlocks);
    await fireEvent.click(await screen.findByRole('button', { name: /one\.example/ }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Show more' }));
    await screen.findByText('two.example');
  });

  it('says so when there are none', async () => {
    answering(new Response('[]'));
    render(DomainBlocks);
    await screen.findByText('You block no server');
  });
});
