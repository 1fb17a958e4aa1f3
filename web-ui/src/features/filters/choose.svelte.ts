// Which post is about to be put into a filter; the window itself loads when it is wanted.
import type { Id } from '../../app/entities';

class Choose {
  id = $state<Id | null>(null);

  show(id: Id): void {
    this.id = id;
  }

  close(): void {
    this.id = null;
  }
}

export const choose = new Choose();
