import { divisionsFileSchema, parseDivisions, type DivisionChange, type DivisionTree } from '@tongban/domain/division';
import { publicMode, readIfThere, writeWhole, type Layout } from './layout.js';

const changesIn = (file: string): readonly DivisionChange[] => {
  const text = readIfThere(file);
  return text === undefined ? [] : (divisionsFileSchema.parse(JSON.parse(text)).changes ?? []);
};

/**
 * The city's own list of divisions, brought up to date: the list as it is cut today, and what has changed in the city
 * since, which no cut takes away.
 *
 * @param cut the text of the file that `tools/gen/divisions.mjs` has made
 */
export function provideDivisions(layout: Layout, cut: string): DivisionTree {
  const { changes: _none, ...list } = divisionsFileSchema.parse(JSON.parse(cut));
  const changes = changesIn(layout.divisions);
  const content = { ...list, ...(changes.length === 0 ? {} : { changes }) };
  const divisions = parseDivisions(content);
  const text = `${JSON.stringify(content)}\n`;
  if (readIfThere(layout.divisions) !== text) writeWhole(layout.divisions, text, publicMode);
  return divisions;
}

/** Adds a change to a list of divisions, in one move. */
export function listChange(file: string, change: DivisionChange): void {
  const text = readIfThere(file);
  if (text === undefined) throw new Error(`there is no list of divisions ${file}`);
  const list = divisionsFileSchema.parse(JSON.parse(text));
  const content = { ...list, changes: [...(list.changes ?? []), change] };
  parseDivisions(content);
  writeWhole(file, `${JSON.stringify(content)}\n`, publicMode);
}
