import type { DivisionTree } from '@tongban/domain/division';
import type { NodeCode } from '@tongban/kernel';
import type { ProvinceRecord } from './api.js';
import { regimes } from '@tongban/domain/casework';
import { isConverged } from './checks.js';
import {
  pathOfCase,
  provinceWord,
  reportEntries,
  type HolderView,
  type Observation,
  type Report,
  type Totals,
} from './report.js';
import type { Change } from './spread.js';
import { box } from './text-width.js';

const entryNames: Readonly<Record<string, string>> = {
  'case.submitted': '收件 submitted',
  'case.supplementRequested': '告知补正 supplement requested',
  'case.supplemented': '补正 supplemented',
  'case.accepted': '受理 accepted',
  'case.notAccepted': '不予受理 not accepted',
  'case.decided': '决定 decided',
  'case.certified': '制证 certified',
  'case.delivered': '送达 delivered',
  'case.rated': '评价 rated',
  'case.withdrawn': '撤回 withdrawn',
  'case.corrected': '更正 corrected',
  'case.reported': '上报 reported',
  'case.reviewed': '初审 reviewed',
  'case.replied': '明确答复 replied',
  'case.feeNoticed': '缴款通知 fee noticed',
  'case.feePaid': '到账 fee paid',
  'record.offered': '移交 offered',
  'record.taken': '接收 taken',
};
const closingNames: Readonly<Record<string, string>> = {
  certified: '准予并出证 certified',
  approved: '准予 approved',
  refused: '不予许可 refused',
  notAccepted: '不予受理 not accepted',
  withdrawn: '申请人撤回 withdrawn',
};
const provinceNames = { acknowledged: '已接收 acknowledged', rejected: '已退回 rejected', none: '未上报 not reported' };
const headCharacters = 16;

const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** HH:MM:SS.mmm in China. */
const clock = (iso: string): string => new Date(Date.parse(iso) + chinaOffsetMs).toISOString().slice(11, 23);

export class Naming {
  constructor(private readonly divisions: DivisionTree) {}

  name(node: NodeCode): string {
    return this.divisions.find(node)?.name ?? '省级前置机';
  }

  full(node: NodeCode): string {
    return `${this.name(node)} ${node}`;
  }
}

const closingLine = ({ holders, intake }: Observation): string => {
  const closing = holders.find(({ node }) => node === intake)?.view?.closing;
  return closing === undefined || closing === null ? '未办结 open' : (closingNames[closing] ?? closing);
};

function headLine(observation: Observation, naming: Naming): string {
  const holders = observation.holders;
  const show = ({ node, view }: HolderView): string =>
    `${naming.name(node)} ${view === undefined ? '无' : view.headHash.slice(0, headCharacters)}`;
  if (!isConverged(observation)) return `不一致 DIFFERENT：${holders.map(show).join('，')}`;
  const head = holders[0]?.view?.headHash.slice(0, headCharacters) ?? '';
  return `${head}… 一致 equal：${holders.map(({ node }) => naming.name(node)).join('、')}`;
}

function provinceLine(records: readonly ProvinceRecord[]): string {
  const rejected = records.filter(({ outcome }) => outcome === 'rejected').length;
  const receipt = records.findLast(({ receipt }) => receipt !== null)?.receipt;
  return [
    provinceNames[provinceWord(records)],
    `${records.length} 条`,
    ...(rejected > 0 ? [`曾退回 ${rejected} 条 rejected before`] : []),
    ...(receipt === undefined || receipt === null ? [] : [`回执 ${receipt}`]),
  ].join('，');
}

function caseText(observation: Observation, naming: Naming): string[] {
  const { title, number, item, province, addresses, paymentReceipt } = observation;
  const rows = reportEntries(observation).map((entry) => [
    clock(entry.at),
    entryNames[entry.type] ?? entry.type,
    naming.full(entry.node as NodeCode),
    `${entry.msPerHop}`,
  ]);
  const path = pathOfCase(observation).map((node) => naming.full(node));
  return [
    `■ ${title}`,
    `  办件编号  ${number}`,
    `  事项      ${item.name} ${item.code}（${regimes[item.regime]}）`,
    `  路径      ${path.join(' → ')}`,
    ...box([['时间', '环节', '节点', '毫秒/跳'], ...rows], [3]).map((line) => `  ${line}`),
    `  办理结果  ${closingLine(observation)}`,
    `  链头      ${headLine(observation, naming)}`,
    `  省平台    ${provinceLine(province)}`,
    ...(paymentReceipt === undefined ? [] : [`  缴费回单  ${paymentReceipt}`]),
    ...addresses.map(({ title: name, address }) => `  核验地址  ${name} ${address}`),
    '',
  ];
}

function totalsText(totals: Totals, change: Change): string[] {
  const { nodes, items, departments, delegations, submitted, closed, acknowledged, lost, duplicated, divergent } =
    totals;
  return box(
    [
      ['汇总 totals', ''],
      ['节点 nodes', `${nodes}`],
      ['事项 items / 部门 departments / 授权 delegations', `${items} / ${departments} / ${delegations}`],
      ['目录已是最新的节点 nodes with the newest catalogue', `${totals.nodesWithNewestCatalogue}`],
      ['市级修订到全部村可用 change usable in all villages', `${change.seconds} s`],
      ['收件 submitted / 办结 closed', `${submitted} / ${closed}`],
      ['省平台接收 acknowledged', `${acknowledged}`],
      ['丢失 lost / 重复 duplicated / 不一致 divergent', `${lost} / ${duplicated} / ${divergent}`],
      ['办结的办件类型 regimes', totals.regimes.map((regime) => regimes[regime]).join('、')],
      ['用时 elapsed', `${totals.elapsedSeconds} s`],
      ['内存 memory', `${totals.rssMegabytes} MB`],
    ],
    [1],
  );
}

/** The report as a person likes to read it: a block per case, then the totals and what did not hold. */
export function reportText({ observations, totals, change, failures }: Report, divisions: DivisionTree): string {
  const naming = new Naming(divisions);
  const verdict =
    failures.length === 0
      ? ['全部核对通过 all checks held']
      : [
          `${failures.length} 项核对未通过 checks failed：`,
          ...failures.map(({ check, detail }) => `  ${check}：${detail}`),
        ];
  return [
    '',
    ...observations.flatMap((seen) => caseText(seen, naming)),
    ...totalsText(totals, change),
    ...verdict,
  ].join('\n');
}
