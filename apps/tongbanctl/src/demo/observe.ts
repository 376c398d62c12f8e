import { holders } from '@tongban/federation/core';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { poll, type Progress } from '../progress.js';
import type { Api } from './api.js';
import { isAcknowledged, isClosed, isConverged } from './checks.js';
import type { CaseWork } from './case-work.js';
import type { Observation } from './report.js';

const settleTimeoutMs = 120_000;
const pollMs = 400;

/** A case of the main job and what the table calls it. */
export interface DoneCase {
  readonly title: string;
  readonly work: Pick<CaseWork, 'record' | 'submitted' | 'intake' | 'usable' | 'receiptNumber'>;
}

/** What is the same for all cases of a city. */
export interface Province {
  readonly gateway: NodeCode;
  readonly profiles: readonly string[];
}

/** Asks every holder, by the rule of who holds a case: its owners, their ancestors, the gateway. */
export async function observe(api: Api, { title, work }: DoneCase, province: Province): Promise<Observation> {
  const { record, submitted, intake, usable } = work;
  const atIntake = await api.findEntries(intake, record);
  const owners = atIntake.filter(({ type }) => type === 'record.taken').map(({ author }) => author);
  const nodes = holders([intake, ...owners], province.gateway).toReversed();
  const seen = nodes.map(async (node) => ({
    node,
    view: await api.findCase(node, record),
    entries: await api.findEntries(node, record),
  }));
  return {
    title,
    record,
    number: submitted.number,
    item: { code: usable.item.code, name: usable.item.name, regime: usable.item.regime },
    intake,
    addresses: await addressesOf(api, intake, record),
    paymentReceipt: work.receiptNumber,
    holders: await Promise.all(seen),
    province: await api.provinceRecords(submitted.number),
    profiles: province.profiles,
  };
}

/** Where anybody with the receipt or the certificate looks, as its QR code says. */
async function addressesOf(api: Api, intake: NodeCode, record: string): Promise<Observation['addresses']> {
  const listed = await api.documents({ role: tierOf(intake) === 'village' ? 'agent' : 'clerk', at: intake }, record);
  return listed.flatMap(({ title, address }) => (address === null ? [] : [{ title, address }]));
}

const isSettled = (observation: Observation): boolean =>
  isConverged(observation) && isClosed(observation) && isAcknowledged(observation);

/** Waits, bounded, until all cases are closed, equal everywhere and acknowledged; then asks everybody once more. */
export async function observeSettled(
  api: Api,
  cases: readonly DoneCase[],
  province: Province,
  progress: Progress,
  signal: AbortSignal,
): Promise<Observation[]> {
  const open = new Set(cases);
  await poll(
    async () => {
      for (const done of open) if (isSettled(await observe(api, done, province))) open.delete(done);
      return open.size === 0 ? true : undefined;
    },
    {
      timeoutMs: settleTimeoutMs,
      intervalMs: pollMs,
      signal,
      report: (elapsedMs) =>
        progress.note(`等待 ${open.size} 件全部到齐并由省平台接收，已 ${Math.round(elapsedMs / 1000)} 秒`),
    },
  );
  const observations: Observation[] = [];
  for (const done of cases) observations.push(await observe(api, done, province));
  return observations;
}
