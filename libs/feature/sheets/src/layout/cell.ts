import type { ColumnKind } from './columns.js';

export type CellValue = string | number;

export type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

const yes = '是';
const no = '否';
const separator = '、';
const parted = /[、,，;；\n]/u;
/** A list that is there and holds nothing: an empty cell says that there is none. */
const nothing = '（空）';
const mostChoicesTold = 12;

/** A value as a cell shows it; undefined leaves the cell empty. */
export function toCell(kind: ColumnKind, value: unknown): CellValue | undefined {
  if (value === undefined) return undefined;
  switch (kind.of) {
    case 'integer':
      return Number(value);
    case 'yesNo':
      return value === true ? yes : no;
    case 'choice':
      return kind.names.get(String(value)) ?? String(value);
    case 'choices':
      return listCell((value as readonly string[]).map((one) => kind.names.get(one) ?? one));
    case 'list':
      return listCell(value as readonly string[]);
    case 'json':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}

/** Parted by 、 where the parts can be told apart again, as JSON otherwise. */
function listCell(texts: readonly string[]): string {
  if (texts.length === 0) return nothing;
  const joined = texts.join(separator);
  const again = readList(joined);
  const isSame = again.ok && JSON.stringify(again.value) === JSON.stringify(texts);
  return isSame ? joined : JSON.stringify(texts);
}

function readList(text: string): Read {
  const trimmed = text.trim();
  if (trimmed === nothing) return read([]);
  if (!trimmed.startsWith('[')) return read(partsOf(text));
  const json = readJson(trimmed);
  const isTexts = json.ok && Array.isArray(json.value) && json.value.every((one) => typeof one === 'string');
  return isTexts ? json : refused('应填用“、”分开的若干项');
}

const read = (value: unknown): Read => ({ ok: true, value });
const refused = (message: string): Read => ({ ok: false, message });

/** The name or the value itself, as the exchange tables and older sheets have it. */
function chosen(names: ReadonlyMap<string, string>, text: string): string | undefined {
  if (names.has(text)) return text;
  for (const [value, name] of names) if (name === text) return value;
  return undefined;
}

function told(names: ReadonlyMap<string, string>): string {
  const all = [...names.values()];
  return all.length > mostChoicesTold ? `${all.slice(0, mostChoicesTold).join(separator)}等` : all.join(separator);
}

function readJson(text: string): Read {
  try {
    return read(JSON.parse(text));
  } catch {
    return refused('不是正确的 JSON');
  }
}

const partsOf = (text: string): string[] =>
  text
    .split(parted)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The value of a cell that is not empty. */
export function fromCell(kind: ColumnKind, text: string): Read {
  const trimmed = text.trim();
  switch (kind.of) {
    case 'integer':
      return /^-?\d{1,9}$/.test(trimmed) ? read(Number(trimmed)) : refused('应为整数');
    case 'yesNo':
      return trimmed === yes ? read(true) : trimmed === no ? read(false) : refused('应填“是”或“否”');
    case 'choice': {
      const value = chosen(kind.names, trimmed);
      return value === undefined ? refused(`应为下列之一：${told(kind.names)}`) : read(value);
    }
    case 'choices': {
      const parts = trimmed === nothing ? [] : partsOf(text);
      const values = parts.map((part) => chosen(kind.names, part));
      const unknown = parts.find((_part, index) => values[index] === undefined);
      return unknown === undefined ? read(values) : refused(`没有“${unknown}”，应从下列中选：${told(kind.names)}`);
    }
    case 'list':
      return readList(text);
    case 'json':
      return readJson(text);
    default:
      return read(text);
  }
}
