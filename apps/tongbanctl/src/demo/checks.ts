import { regimes, type Regime } from '@tongban/domain/casework';
import type { ProvinceRecord } from './api.js';
import { provinceWord, type Failure, type HolderView, type Observation, type Totals } from './report.js';

/** What the counts of the end are made of. */
export type Counts = Pick<Totals, 'submitted' | 'closed' | 'acknowledged' | 'lost' | 'duplicated' | 'divergent'>;

const headsOf = ({ holders }: Observation): Set<string> =>
  new Set(holders.map(({ view }) => (view === undefined ? '' : `${view.seq} ${view.headHash}`)));

/** True when every holder has the case, all with the same head. */
export const isConverged = (observation: Observation): boolean => {
  const heads = headsOf(observation);
  return heads.size === 1 && !heads.has('');
};

const closingOf = ({ holders, intake }: Observation): string | undefined =>
  holders.find(({ node }) => node === intake)?.view?.closing ?? undefined;

export const isClosed = (observation: Observation): boolean => closingOf(observation) !== undefined;

/** The case itself says what the province answered: under every profile, also those that take longest. */
const isNoted = (observation: Observation): boolean => {
  const reports = reportsOf(observation);
  return observation.profiles.every((profile) => reports[profile]?.outcome === 'acknowledged');
};

type Reports = NonNullable<HolderView['view']>['reports'];
const reportsOf = ({ holders, intake }: Observation): Reports =>
  holders.find(({ node }) => node === intake)?.view?.reports ?? {};

/** What comes in by tables is not among the records that the province shows. */
const comesByInterface = ({ profiles }: Observation): boolean =>
  profiles.some((profile) => !profile.endsWith('-database'));

export const isAcknowledged = (observation: Observation): boolean =>
  isNoted(observation) &&
  provinceWord(observation.province) === (comesByInterface(observation) ? 'acknowledged' : 'none');

/** Entries that some holder has and this one has not, by their hash: the union is what was ever written. */
const writtenHashes = ({ holders }: Observation): Set<string> =>
  new Set(holders.flatMap(({ entries }) => entries.map(({ hash }) => hash)));

const lostAt = (written: ReadonlySet<string>, { entries }: HolderView): number => {
  const held = new Set(entries.map(({ hash }) => hash));
  return [...written].filter((hash) => !held.has(hash)).length;
};

const repeats = (keys: readonly (string | number)[]): number => keys.length - new Set(keys).size;

/** An entry that is twice at a holder, by its id or by its number. */
const duplicatedAt = ({ entries }: HolderView): number =>
  Math.max(repeats(entries.map(({ id }) => id)), repeats(entries.map(({ seq }) => seq)));

/** A version of a record that the province counted twice under one profile. */
const duplicatedInProvince = (records: readonly ProvinceRecord[]): number =>
  repeats(records.map(({ profile, businessKey, dataVersion }) => `${profile} ${businessKey} ${dataVersion}`));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export const lostOf = (observation: Observation): number => {
  const written = writtenHashes(observation);
  return total(observation.holders.map((holder) => lostAt(written, holder)));
};

export const duplicatedOf = ({ holders, province }: Observation): number =>
  total(holders.map(duplicatedAt)) + duplicatedInProvince(province);

export const countsOf = (observations: readonly Observation[]): Counts => ({
  submitted: observations.length,
  closed: observations.filter(isClosed).length,
  acknowledged: observations.filter(isAcknowledged).length,
  lost: total(observations.map(lostOf)),
  duplicated: total(observations.map(duplicatedOf)),
  divergent: observations.filter((observation) => !isConverged(observation)).length,
});

const allRegimes = Object.keys(regimes) as Regime[];
const granted: readonly string[] = ['certified', 'approved'];

/** The regimes in which a case was granted. A joint case is one only as a whole: `concluded` names those that were approved. */
export function regimesOf(observations: readonly Observation[], concluded: readonly string[]): Regime[] {
  const ended = new Set(
    observations.filter((seen) => granted.includes(closingOf(seen) ?? '')).map(({ item }) => item.regime),
  );
  return allRegimes.filter((regime) => (regime === 'joint' ? concluded.length > 0 : ended.has(regime)));
}

export const regimeFailures = (reached: readonly Regime[]): Failure[] =>
  allRegimes
    .filter((regime) => !reached.includes(regime))
    .map((regime) => ({ check: '六种办件类型各办结一件', detail: `没有办结的${regimes[regime]}` }));

/** Entries must be 1…n at each holder (invariant I3). */
const isDense = ({ entries }: HolderView): boolean => entries.every(({ seq }, index) => seq === index + 1);

const headLine = ({ node, view }: HolderView): string =>
  view === undefined ? `${node} 无此件` : `${node} 第 ${view.seq} 条 ${view.headHash.slice(0, 12)}`;

function failuresOfCase(observation: Observation): Failure[] {
  const { number, holders, province } = observation;
  const failures: Failure[] = [];
  const fail = (check: string, detail: string): void => void failures.push({ check, detail: `${number} ${detail}` });
  if (!isConverged(observation)) fail('各持有节点链头一致', holders.map(headLine).join('；'));
  const lost = lostOf(observation);
  if (lost > 0) fail('没有条目丢失', `少 ${lost} 条`);
  const duplicated = duplicatedOf(observation);
  if (duplicated > 0) fail('没有条目重复', `多 ${duplicated} 条`);
  const sparse = holders.filter((holder) => !isDense(holder)).map(({ node }) => node);
  if (sparse.length > 0) fail('条目编号连续', sparse.join('、'));
  if (!isClosed(observation)) fail('全部办结', '尚未办结');
  else if (!isAcknowledged(observation)) {
    const noted = Object.entries(reportsOf(observation)).map(([profile, { outcome }]) => `${profile} ${outcome}`);
    fail('省平台全部接收', `省平台的答复：${provinceWord(province)}；办件记载：${noted.join('、') || '无'}`);
  }
  return failures;
}

/** What the main job promised beyond the single cases. */
export interface Expectations {
  /** `granted`, or the exact closing, by record. */
  readonly closings: ReadonlyMap<string, string>;
  /** Cases that the province must have rejected once. */
  readonly rejectedOnce: readonly string[];
}

const ownRefusal = (observation: Observation, { closings, rejectedOnce }: Expectations): Failure[] => {
  const { record, number, province } = observation;
  const failures: Failure[] = [];
  const wanted = closings.get(record);
  const closing = closingOf(observation) ?? '未办结';
  const fits = wanted === 'granted' ? granted.includes(closing) : closing === wanted;
  if (wanted !== undefined && !fits) {
    failures.push({ check: '办理结果符合预期', detail: `${number} 应为 ${wanted}，实为 ${closing}` });
  }
  if (rejectedOnce.includes(record) && !province.some(({ outcome }) => outcome === 'rejected')) {
    failures.push({ check: '省平台退回错误代码', detail: `${number} 未被退回` });
  }
  return failures;
};

/** Every check that did not hold, named. */
export const failuresOf = (observations: readonly Observation[], expectations: Expectations): Failure[] =>
  observations.flatMap((observation) => [...failuresOfCase(observation), ...ownRefusal(observation, expectations)]);
