// Paints a blurhash: the soft colours of a picture that is not here yet, or that is covered.
import { decodeBlurHash } from 'fast-blurhash';

const SIDE = 32;

/** Attachment for a canvas; a broken hash leaves it empty. */
export function blurhash(hash: string | null) {
  return (canvas: HTMLCanvasElement): void => {
    if (!hash) return;
    canvas.width = canvas.height = SIDE;
    try {
      const pixels = decodeBlurHash(hash, SIDE, SIDE);
      canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels), SIDE, SIDE), 0, 0);
    } catch {
      canvas.width = canvas.height = 0;
    }
  };
}
