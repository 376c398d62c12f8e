import { sealFile, type SealedFile } from './sealed-file.js';

/** Enough to read a page of print, at about a megabyte. */
const longestEdgePixels = 2_400;
const jpegQuality = 0.85;
export const maxFileBytes = 20 * 1024 * 1024;

/** A picture as it is handed in: turned upright, made smaller, and without what a camera writes of place and time. */
async function shrunk(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const scale = Math.min(1, longestEdgePixels / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await blobOf(canvas, 'image/jpeg', jpegQuality);
  } finally {
    picture.close();
  }
}

export const blobOf = (canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), type, quality);
  });

export interface PreparedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly sealed: SealedFile;
}

/** A chosen file, sealed. @throws when a picture cannot be read, RangeError when it is too large */
export async function prepareFile(file: File): Promise<PreparedFile> {
  const isPicture = file.type.startsWith('image/');
  const content = isPicture ? await shrunk(file) : file;
  if (content.size > maxFileBytes) throw new RangeError('too large');
  const sealed = await sealFile(new Uint8Array(await content.arrayBuffer()));
  const name = isPicture ? file.name.replace(/\.\w+$/, '') + '.jpg' : file.name;
  return { name: name.slice(-200), mediaType: content.type, sealed };
}
