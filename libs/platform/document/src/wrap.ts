/** Must not begin a line (GB/T 15834: closing marks stay with what they close). */
const closing = '，。、；：？！）》〉」』】〕”’…—％,.;:?!)]}%';
/** Must not end a line. */
const opening = '（《〈「『【〔“‘([{';

const isWordCharacter = (character: string): boolean => character > ' ' && character <= '~';

/** What is kept in one line where it fits: a word or one character, with the marks around it. */
function unitsOf(paragraph: string): string[] {
  const units: string[] = [];
  let unit = '';
  let last = '';
  for (const character of paragraph) {
    const joined =
      last !== '' &&
      last !== ' ' &&
      (closing.includes(character) ||
        opening.includes(last) ||
        (isWordCharacter(last) && isWordCharacter(character) && !opening.includes(character)));
    if (joined) unit += character;
    else {
      if (unit !== '') units.push(unit);
      unit = character;
    }
    last = character;
  }
  if (unit !== '') units.push(unit);
  return units;
}

/**
 * Lines that are no wider than `width`, as far as one character is not wider alone. No character is lost but spaces at
 * the end of a line.
 *
 * @param indent of each paragraph's first line
 */
export function wrap(text: string, width: number, measure: (text: string) => number, indent = 0): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = indent;
    const put = (piece: string, size: number): void => {
      if (used + size > width && line !== '') {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
        if (piece === ' ') return;
      }
      line += piece;
      used += size;
    };
    for (const unit of unitsOf(paragraph)) {
      const size = measure(unit);
      // Wider than a line alone: it is broken where the line ends.
      if (size > width) for (const character of unit) put(character, measure(character));
      else put(unit, size);
    }
    lines.push(line.trimEnd());
  }
  return lines;
}
