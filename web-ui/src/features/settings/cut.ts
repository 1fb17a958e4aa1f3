// Cuts a part out of a picture file, in the browser; pictures that move are told apart, since drawing would stop them.
import { drawn, region, type Crop, type Cut } from './crop';

/** What a canvas can be written as; other formats become PNG. */
const WRITTEN = ['image/jpeg', 'image/webp'];
const QUALITY = 0.92;

/** A picture that the browser has read. */
export interface Read {
  file: File;
  image: HTMLImageElement;
}

/** Reads a picture. Fails when this is none, or of a format that the browser does not know. The caller lets go of its address. */
export async function read(file: File): Promise<Read> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(image.src);
    throw error;
  }
  return { file, image };
}

/** Draws the part anew, at most `most` pixels wide. Fails where the browser cannot hold it. */
export async function cutOut({ file, image }: Read, cut: Cut, crop: Crop, most: number): Promise<File> {
  const part = region(cut, crop);
  const { width, height } = drawn(cut, crop, most);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (pen) pen.imageSmoothingQuality = 'high';
  pen?.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, width, height);
  const type = WRITTEN.includes(file.type) ? file.type : 'image/png';
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!pen || !made) throw new Error('this picture cannot be drawn');
  return new File([made], file.name, { type: made.type });
}

/** Behind the chain of sub-blocks that begins at `at`: each tells its length, the last one none. */
function behind(bytes: Uint8Array, at: number): number {
  for (let length = bytes[at]; length; length = bytes[at]) at += length + 1;
  return at + 1;
}

/** Bytes of the colour table that a packed field of flags tells of. */
const table = (flags = 0): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Has this GIF more than one picture in it (GIF89a, sections 18 to 24)? False for what is no GIF. */
export function isAnimated(bytes: Uint8Array): boolean {
  if (String.fromCharCode(...bytes.subarray(0, 3)) !== 'GIF') return false;
  let at = 13 + table(bytes[10]);
  for (let pictures = 0; at < bytes.length; ) {
    if (bytes[at] === 0x21) at = behind(bytes, at + 2);
    else if (bytes[at] === 0x2c) {
      pictures += 1;
      if (pictures > 1) return true;
      at = behind(bytes, at + 11 + table(bytes[at + 9]));
    } else return false;
  }
  return false;
}
