import { reformChangeNames, type Figures, type ItemSides } from '@tongban/domain/reform';
import { isoInstant, type Instant } from '@tongban/kernel';
import type { Worksheet } from 'exceljs';
import type { ComparedRound } from '../usecase/rounds.js';

const bold = { bold: true };

interface Marked {
  /** Who takes it out of the system. */
  readonly subject: string;
  readonly at: Instant;
}

const totals: readonly (readonly [title: string, value: (figures: Figures) => number])[] = [
  ['事项数', ({ items }) => items],
  ['承诺时限合计（工作日）', ({ promisedDays }) => promisedDays.total],
  ['承诺时限平均（工作日）', ({ promisedDays }) => promisedDays.mean],
  ['法定时限合计（工作日）', ({ statutoryDays }) => statutoryDays.total],
  ['承诺比法定压缩（%）', ({ belowStatutory }) => belowStatutory.percent],
  ['即办件（项）', ({ onTheSpot }) => onTheSpot.count],
  ['即办件比例（%）', ({ onTheSpot }) => onTheSpot.percent],
  ['5 个工作日内办结（项）', ({ withinFiveDays }) => withinFiveDays.count],
  ['申请材料（件）', ({ materials }) => materials.total],
  ['办理环节（个）', ({ steps }) => steps.total],
  ['收费事项（项）', ({ charged }) => charged.count],
  ['须到场事项（项）', ({ inPerson }) => inPerson.count],
  ['到现场次数合计', ({ trips }) => trips.total],
];

function titled(sheet: Worksheet, titles: readonly (readonly [title: string, width: number])[]): void {
  sheet.columns = titles.map(([header, width]) => ({ header, width }));
  sheet.getRow(1).font = bold;
}

function itemRow({ group, code, name, changes, before, after }: ItemSides): (string | number)[] {
  return [
    ...[group, code, name, changes.map((kind) => reformChangeNames[kind]).join('、')],
    ...[before.promisedDays, after?.promisedDays ?? '取消'],
    ...[before.materials, after?.materials ?? '取消'],
    ...[before.steps, after?.steps ?? '取消'],
    ...[before.visits ?? '', after === undefined ? '取消' : (after.visits ?? '')],
  ];
}

/** A round before and after: its totals by group, and every item of the stated set. */
export async function writeRoundSheet(
  { plan, comparison, items }: ComparedRound,
  { subject, at }: Marked,
): Promise<Buffer> {
  const { default: excel } = await import('exceljs');
  const book = new excel.Workbook();
  const mark = `导出人 ${subject}，导出时间 ${isoInstant(at)}`;
  Object.assign(book, { creator: subject, lastModifiedBy: subject, title: plan.title, description: mark });
  const footer = { headerFooter: { oddFooter: `&L${mark.replaceAll('&', '&&')}&R&P/&N` } };
  const frozen = { views: [{ state: 'frozen' as const, ySplit: 1 }], ...footer };

  const whole = book.addWorksheet('合计', frozen);
  titled(whole, [
    ['统计范围', 20],
    ['指标', 28],
    ['改革前', 14],
    ['改革后', 14],
    ['增减', 14],
  ]);
  for (const { name, before, after } of [comparison, ...comparison.groups]) {
    for (const [title, value] of totals) {
      const difference = Number((value(after) - value(before)).toFixed(2));
      whole.addRow([name, title, value(before), value(after), difference]);
    }
  }
  const each = book.addWorksheet('事项', frozen);
  titled(each, [
    ...[['分组', 16] as const, ['事项编码', 16] as const, ['事项名称', 40] as const, ['改革内容', 28] as const],
    ...[['承诺时限（改革前）', 18] as const, ['承诺时限（改革后）', 18] as const],
    ...[['材料（改革前）', 14] as const, ['材料（改革后）', 14] as const],
    ...[['环节（改革前）', 14] as const, ['环节（改革后）', 14] as const],
    ...[['到场次数（改革前）', 18] as const, ['到场次数（改革后）', 18] as const],
  ]);
  for (const item of items) each.addRow(itemRow(item));
  return Buffer.from(await book.xlsx.writeBuffer());
}
