import type { Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliDecompressSync } from 'node:zlib';

// The same way from this file as from a bundle in dist/apps/<name>, beside which the build puts the fonts.
const fontFile = new URL('../fonts/NotoSansSC-Regular.ttf.br', import.meta.url);

let loaded: Font | undefined;

const require = createRequire(import.meta.url);

/** The one font of all papers; read when the first of them is printed, since most processes print none for hours. */
export function paperFont(): Font {
  const { create } = require('fontkit') as typeof import('fontkit');
  return (loaded ??= create(brotliDecompressSync(readFileSync(fontFile))));
}

const widths = new Map<number, number>();

/** The width of a text in one line, in the unit of `size`. */
export function textWidth(text: string, size: number): number {
  const font = paperFont();
  let total = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    let width = widths.get(codePoint);
    if (width === undefined) {
      width = font.glyphForCodePoint(codePoint).advanceWidth / font.unitsPerEm;
      widths.set(codePoint, width);
    }
    total += width;
  }
  return total * size;
}
