import { nodeCode, type NodeCode } from '@tongban/kernel';
import type { CaseView, EntryLine, ProvinceRecord } from './api.js';
import type { Observation } from './report.js';

export const village = nodeCode('371102001001');
export const township = nodeCode('371102001000');
export const district = nodeCode('371102000000');
export const city = nodeCode('371100000000');
export const gateway = nodeCode('370000000000');

const noonMs = Date.parse('2026-11-20T04:00:00Z');
const perHopMs = 20;

const hash = (seq: number): string => String(seq).padStart(64, '0');
const types: readonly (readonly [string, NodeCode])[] = [
  ['case.submitted', village],
  ['record.offered', village],
  ['record.taken', township],
  ['case.accepted', township],
  ['case.decided', township],
  ['case.certified', township],
];
const distance: Readonly<Record<string, number>> = {
  [village]: 0,
  [township]: 1,
  [district]: 2,
  [city]: 3,
  [gateway]: 4,
};

const entriesAt = (node: NodeCode): EntryLine[] =>
  types.map(([type, author], index) => ({
    id: `id-${index}`,
    seq: index + 1,
    type,
    author,
    recordedAt: noonMs + index * 1000,
    appliedAt: noonMs + index * 1000 + perHopMs * Math.abs(distance[node]! - distance[author]!),
    hash: hash(index + 1),
  }));

const viewOf = (): CaseView => ({
  record: 'record-1',
  number: 'N1',
  item: { code: '000511004000', name: '高龄津贴发放' },
  status: 'closed',
  closing: 'certified',
  owner: township,
  seq: types.length,
  headHash: hash(types.length),
  state: { fee: { status: 'none' } },
  reports: { 'national-json': { outcome: 'acknowledged', dataVersion: 1, receipt: 'R1', problems: [] } },
});

export const provinceRecord = (changes: Partial<ProvinceRecord> = {}): ProvinceRecord => ({
  position: 1,
  profile: 'national-json',
  kind: 'accept',
  businessKey: 'N1-accept',
  dataVersion: 1,
  outcome: 'acknowledged',
  receipt: 'R1',
  ...changes,
});

/** A case that went as it should, decided by the township, held by five nodes. */
export const goodObservation = (changes: Partial<Observation> = {}): Observation => ({
  title: '1 乡级全程办理',
  record: 'record-1',
  number: 'N1',
  item: { code: '000511004000', name: '高龄津贴发放', regime: 'promised' },
  intake: village,
  addresses: [{ title: '收件凭证', address: 'http://127.0.0.1/v1/progress/N1/page?code=123456' }],
  paymentReceipt: undefined,
  holders: [village, township, district, city, gateway].map((node) => ({
    node,
    view: viewOf(),
    entries: entriesAt(node),
  })),
  province: [provinceRecord()],
  profiles: ['national-json'],
  ...changes,
});

/** The same, where one holder is different. */
export const withHolder = (
  node: NodeCode,
  change: (holder: Observation['holders'][number]) => Partial<Observation['holders'][number]>,
): Observation => {
  const good = goodObservation();
  return {
    ...good,
    holders: good.holders.map((holder) => (holder.node === node ? { ...holder, ...change(holder) } : holder)),
  };
};
