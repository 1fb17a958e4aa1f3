// For which own post it is being decided who may quote it; the window itself loads when it is wanted.
import type { Id } from '../../app/entities';

class Quoting {
  id = $state<Id | null>(null);

  show(id: Id): void {
    this.id = id;
  }

  close(): void {
    this.id = null;
  }
}

export const quoting = new Quoting();
