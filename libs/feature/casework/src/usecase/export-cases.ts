import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import {
  closings,
  caseStatuses,
  clockColours,
  clockOf,
  serviceMarks,
  type CaseClock,
  type CaseState,
} from '@tongban/domain/casework';
import { isoInstant, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import exceljs, { type stream } from 'exceljs';
import { listCases, type CaseFilter, type CasePosition, type CaseRow } from '../store/case-store.js';
import { readOnce, type CaseworkTools } from './context.js';

export const exportLimits = {
  /** More is not read on a screen; who needs it narrows the filter. */
  maxRows: 20_000,
  rowsPerPage: 500,
  maxAtOnce: 2,
} as const;

const columns = [
  { header: '办件编号', width: 30 },
  { header: '事项编码', width: 16 },
  { header: '事项名称', width: 40 },
  { header: '状态', width: 12 },
  { header: '期限', width: 14 },
  { header: '剩余工作日', width: 12 },
  { header: '承诺期限', width: 14 },
  { header: '法定期限', width: 14 },
  { header: '承办单位', width: 28 },
  { header: '收件单位', width: 28 },
  { header: '特殊服务', width: 20 },
  { header: '收件时间', width: 20 },
  { header: '办结时间', width: 20 },
];

const times = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Shanghai' });
const timeOf = (at: number | null): string => (at === null ? '' : times.format(at));
const dayOf = (limit: CaseClock['promised']): string =>
  limit === null ? '' : `${limit.due.date}${limit.due.provisional ? '（暂定）' : ''}`;

/** One case as a row of text: what the work list shows, so no word of a sealed part. */
function rowOf(state: CaseState, clock: CaseClock, placeName: (node: NodeCode) => string): (string | number)[] {
  const { item, status, closing, owner, intake, marks, submittedAt, closedAt } = state;
  return [
    ...[state.number, item.code, item.name],
    closing === null ? caseStatuses[status] : closings[closing],
    clockColours[clock.color],
    clock.promised?.remainingDays ?? '',
    ...[dayOf(clock.promised), dayOf(clock.statutory), placeName(owner), placeName(intake)],
    marks.map(({ mark }) => serviceMarks[mark]).join('、'),
    ...[timeOf(submittedAt), timeOf(closedAt)],
  ];
}

interface Order {
  readonly node: NodeCode;
  readonly filter: CaseFilter;
  /** Who takes the list out of the system. */
  readonly subject: string;
}

/** Work lists as .xlsx files that leave while they are read: a page of cases in memory, a bounded number of files at once. */
export class CaseSheets {
  private running = 0;

  constructor(private readonly tools: CaseworkTools) {}

  /** Refusal service.busy. A list that cannot be read to its end is a broken stream, never a shorter file. */
  export(order: Order): Result<Readable> {
    if (this.running >= exportLimits.maxAtOnce) return refuse('service.busy', '正在导出的表格较多，请稍后再试');
    this.running += 1;
    const out = new PassThrough();
    const gone = new AbortController();
    out.once('close', () => gone.abort());
    this.write(order, out, gone.signal)
      .catch((error: unknown) => out.destroy(error as Error))
      .finally(() => (this.running -= 1));
    return ok(out);
  }

  private async write({ node, filter, subject }: Order, out: PassThrough, gone: AbortSignal): Promise<void> {
    const book = new exceljs.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true });
    const at = isoInstant(this.tools.clock.now());
    const mark = `导出人 ${subject}，导出时间 ${at}`;
    Object.assign(book, { creator: subject, lastModifiedBy: subject, description: mark });
    const sheet = book.addWorksheet('办件', {
      views: [{ state: 'frozen', ySplit: 1 }],
      headerFooter: { oddFooter: `&L${mark.replaceAll('&', '&&')}&R&P/&N` },
    });
    sheet.columns = columns;
    sheet.getRow(1).font = { bold: true };
    const whole = await this.writeRows(sheet, node, filter, out, gone);
    if (gone.aborted) return;
    if (!whole) sheet.addRow([`仅导出最近的 ${exportLimits.maxRows} 件，请缩小筛选范围后再导出`]).commit();
    sheet.commit();
    const marks = book.addWorksheet('导出信息');
    for (const row of [
      ['导出人', subject],
      ['导出时间', at],
    ])
      marks.addRow(row).commit();
    marks.commit();
    await book.commit();
  }

  /** True when every case that suits has been written. */
  private async writeRows(
    sheet: ReturnType<stream.xlsx.WorkbookWriter['addWorksheet']>,
    node: NodeCode,
    filter: CaseFilter,
    out: PassThrough,
    gone: AbortSignal,
  ): Promise<boolean> {
    const { clock, calendar, placeName = (code: NodeCode) => code } = this.tools;
    let after: CasePosition | undefined;
    for (let written = 0; written < exportLimits.maxRows; written += exportLimits.rowsPerPage) {
      const page: CaseRow[] = await readOnce(this.tools, (sql) =>
        listCases(sql, node, filter, after, exportLimits.rowsPerPage),
      );
      for (const { state } of page)
        sheet.addRow(rowOf(state, clockOf(state, calendar, clock.now()), placeName)).commit();
      if (gone.aborted || page.length < exportLimits.rowsPerPage) return true;
      const last = page.at(-1)!;
      after = { at: new Date(last.state.submittedAt).toISOString(), record: last.record };
      if (out.writableNeedDrain) await once(out, 'drain', { signal: gone });
    }
    return false;
  }
}
