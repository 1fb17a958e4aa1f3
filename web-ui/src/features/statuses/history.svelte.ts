// Which post's edit history is being looked at; the window itself loads when it is wanted.
import type { Id } from '../../app/entities';

class History {
  id = $state<Id | null>(null);

  show(id: Id): void {
    this.id = id;
  }

  close(): void {
    this.id = null;
  }
}

export const history = new History();
