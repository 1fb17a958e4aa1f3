// What live events change wherever a post stands: edits and deletions.
import { store } from '../../app/store.svelte';
import type { StreamEvent } from '../../app/stream';

/** Applies an edit or a deletion to the store; lists notice by themselves. */
export function applyToStore(event: StreamEvent): void {
  if (event.event === 'delete') store.remove(event.id);
  else if (event.event === 'status.update' && store.statuses.has(event.status.id)) store.put(event.status);
}
