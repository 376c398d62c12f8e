import type { Regime } from '@tongban/domain/catalogue';
import { pathBetween, type NodeCode } from '@tongban/kernel';
import type { Change } from './spread.js';
import type { CaseView, EntryLine, ProvinceRecord } from './api.js';

/** A case as one of its holders shows it. */
export interface HolderView {
  readonly node: NodeCode;
  /** Undefined when the node does not hold the case. */
  readonly view: CaseView | undefined;
  readonly entries: readonly EntryLine[];
}

/** Everything that was asked about a case at the end. */
export interface Observation {
  readonly title: string;
  readonly record: string;
  readonly number: string;
  readonly item: { readonly code: string; readonly name: string; readonly regime: Regime };
  readonly intake: NodeCode;
  /** Public addresses of the receipt and the certificate. */
  readonly addresses: readonly { readonly title: string; readonly address: string }[];
  /** Of the payment platform, where something was paid. */
  readonly paymentReceipt: string | undefined;
  readonly holders: readonly HolderView[];
  readonly province: readonly ProvinceRecord[];
  /** Under each of them the province has to answer. */
  readonly profiles: readonly string[];
}

export interface ReportEntry {
  readonly type: string;
  readonly node: NodeCode;
  /** ISO 8601. */
  readonly at: string;
  /** From the writing to the holder that is farthest away, divided by the hops to it. */
  readonly msPerHop: number;
}

export interface ReportCase {
  readonly number: string;
  readonly item: string;
  readonly path: readonly NodeCode[];
  readonly entries: readonly ReportEntry[];
  readonly holders: readonly { readonly node: NodeCode; readonly headHash: string }[];
  /** The province's last word: `acknowledged`, `rejected`, or `none`. */
  readonly province: string;
}

export interface Totals {
  readonly nodes: number;
  readonly items: number;
  readonly departments: number;
  readonly delegations: number;
  /** As the city's own API says after everything; all of them, or the job has failed. */
  readonly nodesWithNewestCatalogue: number;
  readonly submitted: number;
  readonly closed: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly divergent: number;
  readonly elapsedSeconds: number;
  readonly rssMegabytes: number;
  /** Those of the six regimes in which a case reached its end. */
  readonly regimes: readonly Regime[];
}

export interface Failure {
  readonly check: string;
  readonly detail: string;
}

export interface Report {
  readonly observations: readonly Observation[];
  readonly totals: Totals;
  /** The change of one item, and how long it took to every node. */
  readonly change: Change;
  readonly failures: readonly Failure[];
}

const hops = (from: NodeCode, to: NodeCode): number => pathBetween(from, to).length - 1;

/** Time per hop of an entry on its way to the farthest holder; 0 when nobody else holds it. */
export function msPerHop(entry: EntryLine, holders: readonly HolderView[]): number {
  let farthest = { hops: 0, ms: 0 };
  for (const { node, entries } of holders) {
    const distance = hops(entry.author, node);
    const copy = entries.find(({ seq }) => seq === entry.seq);
    if (copy === undefined || distance < farthest.hops || distance === 0) continue;
    const ms = Math.max(0, copy.appliedAt - entry.recordedAt);
    farthest = { hops: distance, ms: distance === farthest.hops ? Math.max(ms, farthest.ms) : ms };
  }
  return farthest.hops === 0 ? 0 : Math.round(farthest.ms / farthest.hops);
}

/** The entries as the intake node holds them. */
export const entriesOf = ({ holders, intake }: Observation): readonly EntryLine[] =>
  holders.find(({ node }) => node === intake)?.entries ?? [];

export const reportEntries = (observation: Observation): ReportEntry[] =>
  entriesOf(observation).map((entry) => ({
    type: entry.type,
    node: entry.author,
    at: new Date(entry.recordedAt).toISOString(),
    msPerHop: msPerHop(entry, observation.holders),
  }));

/** The owners of a case one after the other, from the intake on: who wrote `case.submitted` and each `record.taken`. */
export function pathOfCase(observation: Observation): NodeCode[] {
  const owners = entriesOf(observation)
    .filter(({ type }) => type === 'case.submitted' || type === 'record.taken')
    .map(({ author }) => author);
  const path: NodeCode[] = [];
  for (const owner of owners) {
    const from = path.at(-1);
    path.push(...(from === undefined ? [owner] : pathBetween(from, owner).slice(1)));
  }
  return path;
}

/** The newest version of each of the province's records under each profile decides: all acknowledged, or not. */
export function provinceWord(records: readonly ProvinceRecord[]): 'acknowledged' | 'rejected' | 'none' {
  const newest = new Map<string, ProvinceRecord>();
  for (const record of records) {
    const key = `${record.profile} ${record.businessKey}`;
    const known = newest.get(key);
    if (known === undefined || known.dataVersion < record.dataVersion) newest.set(key, record);
  }
  if (newest.size === 0) return 'none';
  return [...newest.values()].every(({ outcome }) => outcome === 'acknowledged') ? 'acknowledged' : 'rejected';
}

const reportCase = (observation: Observation): ReportCase => ({
  number: observation.number,
  item: `${observation.item.code} ${observation.item.name}`,
  path: pathOfCase(observation),
  entries: reportEntries(observation),
  holders: observation.holders.map(({ node, view }) => ({ node, headHash: view?.headHash ?? '' })),
  province: provinceWord(observation.province),
});

/** The report as one line. */
export const reportJson = ({ observations, totals }: Report): string =>
  JSON.stringify({ cases: observations.map(reportCase), totals });
