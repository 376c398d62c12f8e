import { createRequire } from 'node:module';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** Black rectangles on a grid of modules. */
export interface CodeSymbol {
  /** In modules, without the quiet zone. */
  readonly width: number;
  readonly height: number;
  readonly bars: readonly Rectangle[];
}

interface Bars {
  readonly sbs: readonly number[];
}
interface Modules {
  readonly pixs: readonly number[];
  readonly pixx: number;
  readonly pixy: number;
}

const require = createRequire(import.meta.url);
/** Loaded with the first symbol, as pdfkit is with the first paper. */
const bwip = (): typeof import('bwip-js/node') => require('bwip-js/node') as typeof import('bwip-js/node');

const first = <T>(symbol: unknown): T => (symbol as readonly T[])[0]!;

/** Code 128 (ISO/IEC 15417), one module high. */
export function code128(text: string): CodeSymbol {
  const { sbs } = first<Bars>(bwip().raw('code128', text, {}));
  const bars: Rectangle[] = [];
  let at = 0;
  // Bars and spaces take turns.
  sbs.forEach((width, index) => {
    if (index % 2 === 0) bars.push({ x: at, y: 0, width, height: 1 });
    at += width;
  });
  return { width: at, height: 1, bars };
}

/** QR code (ISO/IEC 18004) with error correction M: still read with a fold or a stain. */
export function qrCode(text: string): CodeSymbol {
  const { pixs, pixx, pixy } = first<Modules>(bwip().raw('qrcode', text, 'eclevel=M'));
  const bars: Rectangle[] = [];
  for (let y = 0; y < pixy; y++) {
    for (let x = 0; x < pixx; x++) {
      if (pixs[y * pixx + x] !== 1) continue;
      const from = x;
      while (x + 1 < pixx && pixs[y * pixx + x + 1] === 1) x++;
      bars.push({ x: from, y, width: x + 1 - from, height: 1 });
    }
  }
  return { width: pixx, height: pixy, bars };
}
