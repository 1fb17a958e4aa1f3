// What live events change wherever a post stands: edits and deletions. What is being read does not jump: a card that
// comes later waits until its post is out of sight.
import type { Id, PreviewCard, Status } from '../../app/entities';
import { store } from '../../app/store.svelte';
import type { StreamEvent } from '../../app/stream';

/** Cards of posts on the screen that had none when they were drawn. */
const cards = new Map<Id, PreviewCard>();
const sight = typeof IntersectionObserver === 'undefined' ? null : new IntersectionObserver(look);

function look(entries: IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const id = (target as HTMLElement).dataset.status ?? '';
    if (isIntersecting && target.isConnected) continue;
    sight?.unobserve(target);
    const card = cards.get(id);
    if (card && !elements(id).some(seen)) {
      cards.delete(id);
      store.edit(id, { card });
    }
  }
}

/** Where a post is drawn; `Status.svelte` says so. */
function elements(id: Id): Element[] {
  return [...document.querySelectorAll(`[data-status="${CSS.escape(id)}"]`)];
}

function seen(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function renew(status: Status, known: Status): void {
  const { id, card } = status;
  const late = card && !known.card && status.edited_at === known.edited_at;
  const drawn = late && sight ? elements(id) : [];
  if (!late || !drawn.some(seen)) {
    store.put(status);
    return;
  }
  cards.set(id, card);
  store.put({ ...status, card: null });
  for (const element of drawn) sight?.observe(element);
}

/** Applies an edit or a deletion to the store; lists notice by themselves. */
export function applyToStore(event: StreamEvent): void {
  if (event.event === 'delete') store.remove(event.id);
  else if (event.event === 'status.update') {
    const known = store.statuses.get(event.status.id);
    if (known) renew(event.status, known);
  }
}
