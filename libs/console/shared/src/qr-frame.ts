import { decodeQR } from 'qr/decode.js';

/** A picture as a canvas gives it: four bytes a pixel (red, green, blue, alpha), row by row from the top. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** For what is tried beyond the plain search: a frame that wants more is followed by a better one. */
const furtherTriesMs = 60;

/**
 * What the QR code (ISO/IEC 18004) in a picture says; undefined where none can be read. Loaded with the first camera that
 * opens in a browser without a reader of its own, so nothing else may import it ahead of that.
 */
export function qrTextIn({ width, height, data }: Frame, triesMs = furtherTriesMs): string | undefined {
  try {
    return decodeQR({ width, height, data }, { format: 'RGBA', timeLimit: triesMs });
  } catch {
    // The decoder says by an error that there is no code.
    return undefined;
  }
}
