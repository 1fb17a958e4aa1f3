// Which picture is being looked at in full; the viewer itself loads when it is wanted.
import type { MediaAttachment } from '../../app/entities';

class Viewer {
  media = $state.raw<MediaAttachment[]>([]);
  at = $state(0);

  show(media: MediaAttachment[], at: number): void {
    this.media = media;
    this.at = at;
  }

  close(): void {
    this.media = [];
  }
}

export const viewer = new Viewer();
