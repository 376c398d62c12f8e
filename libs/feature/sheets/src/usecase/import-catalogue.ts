import { ok, refuse, type Actor, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { fromRows, type ReadSheets } from '../layout/from-rows.js';
import { recordLists } from '../layout/workbook-layout.js';
import { sheetLimits, type SheetLimits } from '../limits.js';
import type { SheetCatalogue, SheetOutcome } from '../ports.js';
import { readWorkbook } from '../workbook/read.js';
import { checkRecords, fromJson, type Checked } from './check.js';

export type SheetFormat = 'xlsx' | 'json';

export interface ImportInput {
  readonly node: NodeCode;
  readonly file: Buffer;
  readonly format: SheetFormat;
  readonly actor: Actor;
  readonly actorName?: string | undefined;
  readonly key: Uuid;
  readonly traceparent?: string;
}

/** A check, or with nothing against it what became of the publication. */
export type Imported = { readonly outcome: SheetOutcome } | { readonly outcome: undefined; readonly checked: Checked };

/** Imports under way in one process: each may need a few hundred megabytes. */
const mostImports = 1;
const jsonNestingMax = 24;

function nestingOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > jsonNestingMax) return depth;
  return Object.values(value).reduce<number>((deepest, one) => Math.max(deepest, nestingOf(one, depth + 1)), depth);
}

function readJson(file: Buffer, limits: SheetLimits): Result<ReadSheets> {
  if (file.length > limits.fileBytes) return refuse('sheet.too-large', `文件超过 ${limits.fileBytes} 字节`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    return refuse('request.malformed', '文件不是正确的 JSON');
  }
  const read = nestingOf(json) > jsonNestingMax ? undefined : fromJson(json);
  if (read === undefined)
    return refuse('sheet.layout', `文件应为由 ${recordLists.join('、')} 组成的对象，每项是一个列表`);
  const rows = Object.values(read.records).reduce((sum, list) => sum + list.length, 0);
  return rows > limits.rowsPerSheet
    ? refuse('sheet.too-large', `超过 ${limits.rowsPerSheet} 条记录，请分批导入`)
    : ok(read);
}

async function readFile(file: Buffer, format: SheetFormat, limits: SheetLimits): Promise<Result<ReadSheets>> {
  if (format === 'json') return readJson(file, limits);
  const sheets = await readWorkbook(file, limits);
  return sheets.ok ? fromRows(sheets.value) : sheets;
}

/** Takes a catalogue in from a file: all of it, or nothing and a report of every cell that is wrong. */
export class ImportCatalogue {
  private running = 0;

  constructor(
    private readonly catalogue: SheetCatalogue,
    private readonly limits: SheetLimits = sheetLimits,
  ) {}

  /** Reads and judges a file. Refuses sheet.*, request.malformed, service.busy. */
  async check(node: NodeCode, file: Buffer, format: SheetFormat): Promise<Result<Checked>> {
    if (this.running >= mostImports) return refuse('service.busy', '另一份表格正在导入，请稍后再试');
    this.running++;
    try {
      const read = await readFile(file, format, this.limits);
      if (!read.ok) return read;
      const held = await this.catalogue.published(node);
      const visible = { departments: this.catalogue.departmentsOf(node), items: this.catalogue.itemsOf(node) };
      return ok(checkRecords(read.value, held, visible));
    } finally {
      this.running--;
    }
  }

  /** Puts forward a file against which there is nothing. Refuses as check and the catalogue's publication do. */
  async import({ node, file, format, actor, actorName, key, traceparent }: ImportInput): Promise<Result<Imported>> {
    const checked = await this.check(node, file, format);
    if (!checked.ok) return checked;
    if (checked.value.problems.length > 0) return ok({ outcome: undefined, checked: checked.value });
    const { catalogue } = checked.value;
    const command = { node, catalogue, actor, actorName, key };
    const done = await this.catalogue.propose(traceparent === undefined ? command : { ...command, traceparent });
    return done.ok ? ok({ outcome: done.value }) : done;
  }
}
