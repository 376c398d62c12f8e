import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { hosts } from '../e2e/city.js';
import type { SizeOfCity } from '../chaos/site/places.js';
import { Site } from '../chaos/site/site.js';
import { cpuMsOf } from './cpu.js';
import { median } from './measure.js';
import type { Bench, BenchTools, Result } from './result.js';

/** About 100, 600 and all nodes of the city. */
const sizes: readonly SizeOfCity[] = [
  { districts: 1, townshipsEach: 4, villagesEach: 24 },
  { districts: 5, townshipsEach: 4, villagesEach: 30 },
  { districts: Infinity, townshipsEach: Infinity, villagesEach: Infinity },
];
const quickSizes = sizes.slice(0, 2);
/** What a start leaves to be done is done by then. */
const settleMs = 60_000;
const quickSettleMs = 5_000;
const windowMs = 20_000;
const quickWindowMs = 2_000;
const kilobytesPerMegabyte = 1_024;

interface Cost {
  readonly nodes: number;
  readonly startSeconds: number;
  /** Hosts, their databases and the hub, in percent of one core; a median over the rounds. */
  readonly idlePercent: number;
  /** Resident memory of the four tiers' hosts and the gateway. */
  readonly megabytes: number;
}

function megabytesOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) / kilobytesPerMegabyte;
}

async function costOf(size: SizeOfCity, { root, say, nodeArguments, rounds, quick }: BenchTools): Promise<Cost> {
  const site = await Site.open({ size, root, lines: false, nodeArguments, told: say });
  try {
    const ofHosts = (): number[] => hosts.flatMap((host) => site.program(host).pid ?? []);
    const everything = (): number[] => [
      ...[...ofHosts(), site.hubPid],
      ...hosts.flatMap((host) => site.database(host).processes()),
    ];
    for (const host of hosts) await site.program(host).stop();
    const began = performance.now();
    for (const host of hosts) site.program(host).release();
    await site.waitUntilReady();
    const startSeconds = (performance.now() - began) / 1_000;
    await sleep(quick ? quickSettleMs : settleMs);
    const shares: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [before, from] = [cpuMsOf(everything()), performance.now()];
      await sleep(quick ? quickWindowMs : windowMs);
      shares.push(((cpuMsOf(everything()) - before) * 100) / (performance.now() - from));
      memory.push(megabytesOf(ofHosts()));
    }
    const cost = {
      nodes: new Set(site.stations.flatMap((station) => Object.values(station))).size + 1,
      startSeconds,
      idlePercent: median(shares),
      megabytes: median(memory),
    };
    say(JSON.stringify(cost));
    return cost;
  } finally {
    await site.stop();
    site.remove();
  }
}

const perNode = (from: Cost, to: Cost): number => (to.megabytes - from.megabytes) / (to.nodes - from.nodes);

/** B5: what nodes cost that have nothing to do, and whether one more costs what the last one did. */
export const scale: Bench = {
  id: 'B5',
  what: 'start, idle processor time and memory by number of nodes',
  async run(tools: BenchTools) {
    const costs: Cost[] = [];
    for (const size of tools.quick ? quickSizes : sizes) costs.push(await costOf(size, tools));
    const [first, last] = [costs[0]!, costs.at(-1)!];
    const base = { id: 'B5', rounds: tools.rounds, peerIs: `the same with ${first.nodes} nodes` };
    const growth: Result[] = costs.slice(2).map((cost, index) => ({
      ...{ ...base, what: `memory of one more node, up to ${cost.nodes}`, unit: 'MB', goal: '≤ 0.3 MB' },
      ...{ ours: perNode(costs[index + 1]!, cost), peer: perNode(first, costs[index + 1]!) },
      peerIs: `the same up to ${costs[index + 1]!.nodes} nodes`,
    }));
    return [
      {
        ...{ ...base, what: `idle, ${last.nodes} nodes, with databases and hub`, unit: '% core', goal: '≤ 5 %' },
        ...{ ours: last.idlePercent, peer: first.idlePercent },
      },
      {
        ...{ ...base, what: `start of the hosts, ${last.nodes} nodes`, unit: 's', goal: 'shown' },
        ...{ ours: last.startSeconds, peer: first.startSeconds },
      },
      ...growth,
    ];
  },
};
