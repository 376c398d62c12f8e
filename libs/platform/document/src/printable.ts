import { paperFont } from './font.js';

/** Control, format, private and lone surrogate characters have no shape of their own, and may turn a text around. */
const shapeless = /\p{C}/u;

export interface Printable {
  readonly text: string;
  /** What stands in the text for each character that cannot be printed. */
  readonly missing: ReadonlySet<string>;
}

/**
 * A text with every character that the font cannot show written as its code point in brackets: a rare name must be
 * seen to be incomplete, never lose a character. Line breaks stay, tabs become spaces.
 */
export function printable(text: string): Printable {
  const font = paperFont();
  const missing = new Set<string>();
  let shown = '';
  for (const character of text.replaceAll('\r\n', '\n').replaceAll('\t', ' ')) {
    const codePoint = character.codePointAt(0)!;
    if (character === '\n' || (!shapeless.test(character) && font.hasGlyphForCodePoint(codePoint))) {
      shown += character;
      continue;
    }
    const code = `〔U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}〕`;
    missing.add(code);
    shown += code;
  }
  return { text: shown, missing };
}
