import type { ServiceItem } from '@tongban/domain/catalogue';
import { ok, refuse, type Result } from '@tongban/kernel';
import type { ReformChange } from './plan.js';

type Step = ServiceItem['steps'][number];

const refused = (detail: string): Result<never> => refuse('reform.invalid', detail);

/**
 * Steps that fit into a promised time: shortened in proportion, whole days, those with the largest remainder first; what
 * fits already stays.
 */
export function fitSteps(steps: readonly Step[], promisedDays: number): Step[] {
  const sum = steps.reduce((total, { days }) => total + days, 0);
  if (sum <= promisedDays) return [...steps];
  const exact = steps.map(({ days }) => (days * promisedDays) / sum);
  const days = exact.map(Math.floor);
  const left = promisedDays - days.reduce((total, one) => total + one, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) days[index] = days[index]! + 1;
  return steps.map((step, index) => ({ ...step, days: days[index]! }));
}

function compress(item: ServiceItem, promisedDays: number): Result<ServiceItem> {
  if (promisedDays >= item.promisedDays) {
    return refused(`承诺时限应比原来的 ${item.promisedDays} 个工作日短`);
  }
  const steps = fitSteps(item.steps, promisedDays);
  // What is said of the promised time in another unit is no longer true.
  const { promisedLimit: _superseded, ...rest } = item;
  return ok({ ...rest, promisedDays, steps, regime: promisedDays === 0 ? 'onTheSpot' : item.regime });
}

function cutMaterials(item: ServiceItem, codes: readonly string[]): Result<ServiceItem> {
  const unknown = codes.find((code) => !item.materials.some((material) => material.code === code));
  if (unknown !== undefined) return refused(`没有材料 ${unknown}`);
  return ok({ ...item, materials: item.materials.filter(({ code }) => !codes.includes(code)) });
}

function cutFee(item: ServiceItem): Result<ServiceItem> {
  if (!item.fee.charged) return refused('事项本不收费');
  const { fees: _cancelled, flags, ...rest } = item;
  const regime = item.regime === 'feeCounter' ? (item.promisedDays === 0 ? 'onTheSpot' : 'promised') : item.regime;
  const free = { ...rest, fee: { charged: false }, regime };
  // There is nothing left to be paid online.
  return ok(
    flags === undefined ? free : { ...free, flags: flags.onlinePayment ? { ...flags, onlinePayment: false } : flags },
  );
}

function cutSteps(item: ServiceItem, names: readonly string[]): Result<ServiceItem> {
  const unknown = names.find((name) => !item.steps.some((step) => step.name === name));
  if (unknown !== undefined) return refused(`没有环节“${unknown}”`);
  const steps = item.steps.filter(({ name }) => !names.includes(name));
  return steps.length === 0 ? refused('至少保留一个环节') : ok({ ...item, steps });
}

function cutTrips(item: ServiceItem, { visits, note }: ReformChange & { kind: 'cutTrips' }): Result<ServiceItem> {
  if (item.visits !== undefined && visits >= item.visits) return refused(`跑动次数应比原来的 ${item.visits} 次少`);
  if (visits === 0 && item.presenceRequired) return refused('须本人到场的事项不能零跑动');
  const { visitReason = note, ...rest } = item;
  return ok(visits === 0 || visitReason === undefined ? { ...rest, visits } : { ...rest, visits, visitReason });
}

/**
 * What becomes of an item by one change; undefined when it is cancelled. Version and dates are not touched here.
 * Refuses reform.invalid, e.g. for a change that would change nothing.
 */
export function changeItem(item: ServiceItem, change: ReformChange): Result<ServiceItem | undefined> {
  switch (change.kind) {
    case 'compress':
      return compress(item, change.promisedDays);
    case 'cutMaterials':
      return cutMaterials(item, change.materials);
    case 'cutFee':
      return cutFee(item);
    case 'cutSteps':
      return cutSteps(item, change.steps);
    case 'cutTrips':
      return cutTrips(item, change);
    case 'delegate':
      return ok(item);
    case 'cancel':
      return ok(undefined);
  }
}
