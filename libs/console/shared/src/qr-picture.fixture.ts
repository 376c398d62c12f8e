import bwip from 'bwip-js/node';
import type { Frame } from './qr-frame.js';

interface Symbol {
  readonly side: number;
  isDark(x: number, y: number): boolean;
}

/** The modules of a QR code, as the product's papers have it: error correction M. */
function symbolOf(text: string): Symbol {
  const [{ pixs, pixx }] = bwip.raw('qrcode', text, 'eclevel=M') as unknown as readonly [
    { readonly pixs: readonly number[]; readonly pixx: number },
  ];
  return {
    side: pixx,
    isDark: (x, y) => x >= 0 && y >= 0 && x < pixx && y < pixx && pixs[y * pixx + x] === 1,
  };
}

export interface Shot {
  readonly width?: number;
  readonly height?: number;
  /** Pixels of a module. */
  readonly scale?: number;
  readonly degrees?: number;
  readonly dark?: number;
  readonly light?: number;
}

/** A QR code on paper as a camera sees it: in the middle of the picture, turned, in weak light. */
export function pictureOf(text: string, shot: Shot = {}): Frame {
  const { width = 640, height = 480, scale = 6, degrees = 0, dark = 20, light = 235 } = shot;
  const { side, isDark } = symbolOf(text);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, down] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      const column = Math.floor(right * cos + down * sin + side / 2);
      const row = Math.floor(down * cos - right * sin + side / 2);
      data.fill(isDark(column, row) ? dark : light, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}
