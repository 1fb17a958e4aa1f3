// Where the reader left off at home: kept by the server as a marker, so that every device knows it.
import { get, post } from '../../app/api';
import { newer, type Id, type Marker } from '../../app/entities';

class LeftOff {
  /** The newest post that was read before this visit. */
  mark = $state<Id | null>(null);
  #saved: Id = '0';
  #asked = false;

  /** Asks once where that was. */
  async start(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const { home } = await get<{ home?: Marker }>('/api/v1/markers', { timeline: ['home'] });
      this.#saved = home?.last_read_id ?? '0';
      this.mark = home?.last_read_id ?? null;
    } catch {
      // Without it the list simply begins at its top; the next visit asks again.
      this.#asked = false;
    }
  }

  /** The reader has this post before their eyes. Older ones than were read already change nothing. */
  async read(id: Id): Promise<void> {
    if (!this.#asked || !newer(id, this.#saved)) return;
    this.#saved = id;
    try {
      await post('/api/v1/markers', { home: { last_read_id: id } });
    } catch {
      // A lost marker only means that some posts are offered once more.
    }
  }
}

export const leftOff = new LeftOff();
