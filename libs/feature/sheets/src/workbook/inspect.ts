import { ok, refuse, type Result } from '@tongban/kernel';
import type { SheetLimits } from '../limits.js';

/** Parts of a workbook that do something or fetch something (ECMA-376 part 1 §12, and Microsoft's extensions). */
const activeParts = [
  [/vbaproject\.bin$/i, '宏'],
  [/^xl\/macrosheets\//i, '宏表'],
  [/^xl\/externallinks\//i, '外部链接'],
  [/^xl\/(activex|ctrlprops)\//i, '控件'],
  [/^xl\/embeddings\//i, '嵌入对象'],
  [/^xl\/(connections\.xml|querytables\/)/i, '外部数据连接'],
] as const;

/** Counts an element's opening tags without parsing; namespace prefixes are counted too. */
function countOf(xml: string, name: string): number {
  let count = 0;
  for (const opening of [`<${name} `, `<${name}>`, `<${name}/`, `:${name} `, `:${name}>`]) {
    for (let at = xml.indexOf(opening); at >= 0; at = xml.indexOf(opening, at + opening.length)) count++;
  }
  return count;
}

/**
 * An element's opening tags up to their `>`, with or without a prefix. Found from place to place and never by a pattern that
 * looks for the end of each: a text of openings without an end would take for ever.
 */
function* tagsOf(xml: string, name: string): Generator<string> {
  const opening = `${name} `;
  for (let at = xml.indexOf(opening); at >= 0;) {
    const isTag = at > 0 && '<:'.includes(xml[at - 1]!);
    const end = isTag ? xml.indexOf('>', at) : at + opening.length;
    if (end < 0) return;
    if (isTag) yield xml.slice(at, end);
    at = xml.indexOf(opening, end);
  }
}

function findTag(xml: string, name: string, part: string): string | undefined {
  for (const tag of tagsOf(xml, name)) if (tag.includes(part)) return tag;
  return undefined;
}

const columnOf = (letters: string): number =>
  [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** Cells in all ranges that a text names; a library that walks over a range of a whole sheet would never come back. */
function cellsNamed(xml: string): number {
  let cells = 0;
  for (const [, left = '', top, right = '', bottom] of xml.matchAll(range)) {
    const width = Math.abs(columnOf(right) - columnOf(left)) + 1;
    cells += width * (Math.abs(Number(bottom) - Number(top)) + 1);
  }
  return cells;
}
const range = /\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})/g;

/** What people call the sheet of a part; the part itself when the workbook does not say. */
function sheetName(parts: ReadonlyMap<string, Buffer>, part: string): string {
  const relations = parts.get('xl/_rels/workbook.xml.rels')?.toString('utf8') ?? '';
  const file = part.slice(part.lastIndexOf('/') + 1);
  const relation = findTag(relations, 'Relationship', `/${file}"`);
  const id = /\bId="([^"]*)"/.exec(relation ?? '')?.[1];
  const workbook = parts.get('xl/workbook.xml')?.toString('utf8') ?? '';
  const sheet = id === undefined ? undefined : findTag(workbook, 'sheet', `r:id="${id}"`);
  return /\bname="([^"]*)"/.exec(sheet ?? '')?.[1] ?? part;
}

/** What is wrong with one part by itself, and how many cells it has. */
function inspectPart(parts: ReadonlyMap<string, Buffer>, part: string, limits: SheetLimits): Result<number> {
  const xml = parts.get(part)!.toString('latin1');
  if (xml.includes('<!DOCTYPE') || xml.includes('<!ENTITY')) {
    return refuse('sheet.unsafe', '工作簿含有实体定义', { part });
  }
  const merged = /ref="([^"]*)"/.exec(findTag(xml, 'mergeCell', 'ref="') ?? '')?.[1];
  if (merged !== undefined) {
    const sheet = sheetName(parts, part);
    return refuse('sheet.layout', `工作表「${sheet}」有合并单元格 ${merged}，请取消合并`, { sheet, cell: merged });
  }
  const rows = countOf(xml, 'row');
  if (rows > limits.rowsPerSheet) {
    const sheet = sheetName(parts, part);
    const detail = `工作表「${sheet}」有 ${rows} 行，最多 ${limits.rowsPerSheet} 行，请分批导入`;
    return refuse('sheet.too-large', detail, { sheet, rows, limit: limits.rowsPerSheet });
  }
  if (part.endsWith('workbook.xml') && cellsNamed(xml) > limits.cells) {
    return refuse('sheet.too-large', '工作簿中定义的名称所指的区域过大，请删除名称', { part });
  }
  return ok(countOf(xml, 'c'));
}

/**
 * Judges the parts of a workbook before anything parses them: no macros, links or entities, no merged cells, and no more
 * rows and cells than are read. Refuses sheet.not-xlsx, sheet.unsafe, sheet.layout, sheet.too-large.
 */
export function inspectParts(parts: ReadonlyMap<string, Buffer>, limits: SheetLimits): Result<void> {
  if (!parts.has('[Content_Types].xml') || !parts.has('xl/workbook.xml')) {
    return refuse('sheet.not-xlsx', '文件不是 .xlsx 工作簿');
  }
  let cells = 0;
  for (const part of parts.keys()) {
    const active = activeParts.find(([pattern]) => pattern.test(part));
    if (active !== undefined) return refuse('sheet.unsafe', `工作簿含有${active[1]}，请另存为不含宏的 .xlsx`, { part });
    // Whatever it is called: the library that parses them goes by less than the whole name.
    const inspected = inspectPart(parts, part, limits);
    if (!inspected.ok) return inspected;
    cells += inspected.value;
  }
  const detail = `工作簿有 ${cells} 个单元格，最多 ${limits.cells} 个，请分批导入`;
  return cells > limits.cells ? refuse('sheet.too-large', detail, { cells, limit: limits.cells }) : ok(undefined);
}
