import { inflateSync } from 'node:zlib';

/** The content of every stream of a PDF file, inflated; images and fonts are among them as bytes. */
function streamsOf(pdf: Buffer): string[] {
  const text = pdf.toString('latin1');
  const streams: string[] = [];
  for (const { 1: dictionary = '', index, 0: all } of text.matchAll(
    /<<((?:[^<>]|<<[^<>]*>>|<[^<>]*>)*)>>\s*stream\r?\n/g,
  )) {
    const length = /\/Length (\d+)/.exec(dictionary)?.[1];
    if (length === undefined) continue;
    const from = index + all.length;
    const bytes = pdf.subarray(from, from + Number(length));
    streams.push((dictionary.includes('FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1'));
  }
  return streams;
}

const utf16Of = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');

/** Glyph → text, from the ToUnicode maps (ISO 32000-1 §9.10.3) that list every glyph. */
function glyphTexts(streams: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const stream of streams) {
    for (const [, first = '', list = ''] of stream.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi)) {
      const start = Number.parseInt(first, 16);
      Array.from(list.matchAll(/<([0-9a-f]*)>/gi), ([, hex = '']) => hex).forEach((hex, index) => {
        texts.set((start + index).toString(16).padStart(4, '0'), utf16Of(hex));
      });
    }
  }
  return texts;
}

/**
 * What a reader of the file selects and copies, one line for each piece of text that was drawn: found through the
 * fonts' own maps, so that a text is only seen when it can be selected.
 */
export function textOfPdf(pdf: Buffer): string {
  const streams = streamsOf(pdf);
  const texts = glyphTexts(streams);
  const lines: string[] = [];
  for (const stream of streams) {
    for (const [, shown = ''] of stream.matchAll(/\[([^\]]*)\] TJ/g)) {
      const hex = Array.from(shown.matchAll(/<([0-9a-f]*)>/gi), ([, glyphs = '']) => glyphs).join('');
      lines.push((hex.match(/.{4}/g) ?? []).map((glyph) => texts.get(glyph.toLowerCase()) ?? '\uFFFD').join(''));
    }
  }
  return lines.join('\n');
}

export const pageCountOf = (pdf: Buffer): number =>
  Array.from(pdf.toString('latin1').matchAll(/\/Type \/Page\b/g)).length;
