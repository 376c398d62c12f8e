import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cityCode, hosts } from '../e2e/city.js';
import { Backups } from './backups.js';
import { check } from './check/check.js';
import { standingOf } from './check/rest.js';
import type { Place, PublicKey, Violation, World } from './check/world.js';
import { Dice } from './dice.js';
import { Driver } from './driver.js';
import { dump } from './dump.js';
import { Load } from './load.js';
import { Site } from './site/site.js';
import type { SizeOfCity } from './site/places.js';
import { Timeline } from './timeline.js';

export const smallCity: SizeOfCity = { districts: 2, townshipsEach: 2, villagesEach: 3 };

const restPollMs = 1_000;
/** Nothing may change for so long before the world is compared. */
const restForMs = 3_000;
const mostShown = 30;

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly root: string;
  /** How long a healed city may take to come to rest. */
  readonly restTimeoutMs: number;
  readonly say: (text: string) => void;
}

export interface ChaosResult {
  readonly minutes: number;
  readonly seed: number;
  readonly submitted: number;
  readonly finished: number;
  readonly acknowledged: number;
  /** How often each kind of fault was inflicted. */
  readonly faults: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, string>>;
  /** What clients were answered, by status and code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly mayBeLost: number;
  /** Requests whose answer came after their client had stopped waiting; those never answered are violations. */
  readonly late: number;
  readonly abandoned: number;
  readonly restSeconds: number;
  readonly violations: number;
  readonly found: readonly Violation[];
  /** Answers that no client should get, and faults that could not be inflicted. */
  readonly troubles: readonly string[];
  /** Where timeline, logs and database dumps of a run with violations lie. */
  readonly kept?: string;
}

/** Hurts a small real city under load, heals it, and compares what it has stored with what it promised. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = join(tmpdir(), `tongban-chaos-${options.seed}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const timeline = new Timeline(join(folder, 'timeline.jsonl'), options.say);
  timeline.note(`seed ${options.seed}, ${options.minutes} minutes`);
  const told = (what: string): void => timeline.note(what);
  const site = await Site.open({ size: smallCity, root: options.root, lines: true, told });
  try {
    return await hurtAndCheck(site, timeline, options, folder);
  } finally {
    await site.stop().catch((error: unknown) => timeline.note(`not stopped in order: ${String(error)}`));
    site.remove();
  }
}

async function hurtAndCheck(
  site: Site,
  timeline: Timeline,
  options: ChaosOptions,
  folder: string,
): Promise<ChaosResult> {
  const dice = new Dice(options.seed);
  const backups = new Backups(site, (what) => timeline.note(what));
  const load = await Load.prepare(site.office, site.stations, new Dice(options.seed + 1), backups.mayBeLost);
  for (const host of hosts) await backups.take(host);
  const driver = new Driver(site, dice, backups, timeline);
  load.start();
  timeline.note('the load has begun');
  await driver.hurtUntil(performance.now() + options.minutes * 60_000);
  timeline.note(`submitted ${load.submitted}, finished ${load.finished}`);
  await driver.healAll();
  await load.stop();
  timeline.note('the load has ended');
  const began = performance.now();
  const places: Place[] = hosts.map((name) => ({ name, url: site.urlOf(name) }));
  const gateway = places.at(-1)!;
  const unrest = await rest(places, gateway, options.restTimeoutMs);
  const restSeconds = Math.round((performance.now() - began) / 1_000);
  timeline.note(unrest.length === 0 ? `at rest after ${restSeconds} s` : `no rest: ${unrest.join('; ')}`);
  const found = await check(worldOf(site, places, load, backups), gateway);
  const troubles = [...load.faults, ...driver.failures];
  const bad = found.length > 0 || troubles.length > 0;
  if (bad) await keep(site, places, { found, troubles, unrest, acknowledged: load.acknowledged }, folder);
  return {
    ...{ minutes: options.minutes, seed: options.seed },
    ...{ submitted: load.submitted, finished: load.finished, acknowledged: load.acknowledged.length },
    ...{ faults: driver.counts, skipped: driver.skipped },
    answers: Object.fromEntries([...load.answers].sort(([, left], [, right]) => right - left)),
    ...{ mayBeLost: backups.mayBeLost.size, late: load.late, abandoned: load.abandoned, restSeconds },
    ...{ violations: found.length, found: found.slice(0, mostShown), troubles: troubles.slice(0, mostShown) },
    ...(bad ? { kept: folder } : {}),
  };
}

/** Waits until nothing is under way and nothing changes; what still waits when the time is over. */
async function rest(places: readonly Place[], gateway: Place, timeoutMs: number): Promise<readonly string[]> {
  const deadline = performance.now() + timeoutMs;
  let mark = '';
  let since = performance.now();
  for (;;) {
    const standing = await standingOf(places, gateway);
    const now = performance.now();
    if (standing.mark !== mark || standing.unrest.length > 0) [mark, since] = [standing.mark, now];
    if (now - since >= restForMs) return [];
    if (now >= deadline) return standing.unrest.length > 0 ? standing.unrest : ['records still change'];
    await sleep(restPollMs);
  }
}

function worldOf(site: Site, places: readonly Place[], load: Load, { mayBeLost }: Backups): World {
  const file = JSON.parse(readFileSync(site.folder.file('key-directory.json'), 'utf8')) as {
    keys: { keyId: string; node: string; signing: string }[];
  };
  const keys = new Map<string, PublicKey>(file.keys.map(({ keyId, node, signing }) => [keyId, { node, signing }]));
  const { acknowledged } = load;
  return { city: cityCode, places, provinceUrl: site.urlOf('province'), keys, acknowledged, mayBeLost };
}

async function keep(site: Site, places: readonly Place[], report: object, folder: string): Promise<void> {
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report, undefined, 2));
  cpSync(join(site.folder.stateDirectory, 'logs'), join(folder, 'logs'), { recursive: true });
  for (const place of [...places, { name: 'province', url: site.urlOf('province') }]) await dump(place, folder);
}
