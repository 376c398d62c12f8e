/** Columns that a terminal gives a text: two for East Asian wide and full-width characters (UAX #11). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

export const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** A frame of box characters around rows of cells; `right` names the columns that are set flush right. */
export function box(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const rule = (left: string, middle: string, end: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${end}`;
  const line = (row: readonly string[]): string =>
    `│${widths.map((width, column) => ` ${(right.includes(column) ? padStart : padEnd)(row[column] ?? '', width)} `).join('│')}│`;
  const [head, ...body] = rows;
  if (head === undefined) return [];
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...body.map(line), rule('└', '┴', '┘')];
}
