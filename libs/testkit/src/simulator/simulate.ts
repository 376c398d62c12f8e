import { Chance } from './chance.js';
import { Checker, type Violation } from './checker.js';
import { Life } from './life.js';
import { Network, noNetworkFaults } from './network.js';
import { plagues, type Plague } from './plagues.js';
import { SimHost, type HostFaults, type HostWorld, type Mutation } from './sim-host.js';
import { growTree, type TreeSize } from './tree.js';
import { trustOf } from './trust.js';
import { VirtualTime } from './virtual-time.js';

const times = {
  /** A Monday morning in China. */
  start: Date.parse('2026-11-16T01:00:00Z'),
  shortestLifeMs: 3 * 60_000,
  longestLifeMs: 20 * 60_000,
  /** A world that is whole again must come to rest in this time. */
  restWithinMs: 90 * 60_000,
  lookAtRestMs: 5_000,
  longestSkewMs: 60_000,
} as const;

/** Bounds of I7 on the envelopes of one link: what is sent at least, and what each disturbance may cost. */
const resends = { spare: 60, perMessage: 3, perDisturbance: 12 } as const;
const rush = { actions: 15, withinMs: 120_000 } as const;
const realSignaturesEvery = 25;
const bigTreeEvery = 20;
const smallTree: TreeSize = { districts: [1, 3], townships: [1, 3], villages: [1, 4] };
const bigTree: TreeSize = { districts: [3, 5], townships: [4, 6], villages: [4, 8] };

export interface SimulationOptions {
  readonly mutation?: Mutation;
  readonly note?: (text: string) => void;
}

export interface SimulationResult {
  readonly seed: number;
  readonly nodes: number;
  readonly events: number;
  readonly frames: number;
  readonly commands: number;
  readonly entries: number;
  /** How often each kind of fault was done to the world. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** One seed: a world grows, people work in it while it is struck, it heals, comes to rest, and is compared. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const world = makeWorld(seed, options);
  const { time, chance, checker, hosts, network, life, plague } = world;
  for (const host of hosts) host.startLater(chance.between(0, 2_000));
  const end = times.start + chance.between(times.shortestLifeMs, times.longestLifeMs);
  const actions = chance.between(20, 90);
  for (let action = 0; action < actions; action++) {
    time.after(chance.between(3_000, end - times.start), () => life.act());
  }
  plague.schedule(end);
  await time.run(end);
  life.stop();
  plague.heal();
  const limit = end + times.restWithinMs;
  for (let at = end; at < limit; at += times.lookAtRestMs) {
    await time.run(at + times.lookAtRestMs);
    if (checker.violations.length > 0 || checker.atRest()) break;
  }
  for (const waiting of checker.unrest(5))
    checker.violate('I7', `still waiting after ${times.restWithinMs} ms: ${waiting}`);
  checker.compare();
  countResends(world);
  const entries = hosts.reduce((sum, { database }) => sum + database.committed.entry.size, 0);
  const { faults } = plague;
  const counts = { nodes: world.nodes, events: time.events, frames: network.frames, commands: life.commands, entries };
  return { seed, ...counts, faults, violations: checker.violations };
}

function makeWorld(seed: number, { mutation = {}, note = () => undefined }: SimulationOptions) {
  const chance = new Chance(seed);
  const time = new VirtualTime(times.start);
  const network = new Network(time, chance.fork());
  network.faults = { ...noNetworkFaults };
  const tree = growTree(chance, seed % bigTreeEvery === 0 ? bigTree : smallTree);
  const trust = trustOf(tree.nodes, seed % realSignaturesEvery === 0);
  const hosts: SimHost[] = [];
  const byNode = new Map(tree.hosts.flatMap(({ name, nodes }) => nodes.map((node) => [node, name] as const)));
  const checker = new Checker(() => hosts, trust);
  const faults: HostFaults = { pause: 0, commitFails: 0, commitUnheard: 0 };
  const say = (text: string): void => note(`${((time.now() - times.start) / 1_000).toFixed(3)} ${text}`);
  let plague: Plague | undefined = undefined;
  const hostWorld: HostWorld = {
    ...{ time, network, trust, faults, mutation, note: say, nodes: tree.nodes, chance: chance.fork() },
    committing: (host, rows) => checker.committing(host, rows),
    died: (host) => plague?.died(host),
  };
  for (const { name, nodes } of tree.hosts) {
    const skew = chance.between(-times.longestSkewMs, times.longestSkewMs);
    hosts.push(new SimHost(name, nodes, hostWorld, skew, firstIncarnation(chance, time)));
  }
  const hostOf = (node: string): SimHost => hosts.find(({ name }) => name === byNode.get(node as never))!;
  const lifeWorld = { time, checker, hostOf, note: say, nodes: tree.nodes, chance: chance.fork() };
  const life = new Life(lifeWorld);
  const restored = (): void => {
    // People want to know what has become of their cases.
    for (let action = 0; action < rush.actions; action++)
      time.after(chance.between(0, rush.withinMs), () => life.act());
  };
  const made = plagues({ restored, time, network, hosts, faults, checker, note: say, chance: chance.fork() });
  plague = made;
  return { time, chance, checker, hosts, network, life, plague: made, nodes: tree.nodes.length };
}

/** As databases got them before and after their names were put in order. */
const firstIncarnation = (chance: Chance, time: VirtualTime): string =>
  chance.happens(0.5) ? chance.hex(32) : `t${time.now().toString(16).padStart(12, '0')}${chance.hex(16)}`;

/** I7: nothing is sent again without bound. */
function countResends({ checker, hosts, network, plague }: ReturnType<typeof makeWorld>): void {
  for (const { database } of hosts) {
    for (const [key, { last }] of database.committed.outLink) {
      const sent = network.sent.get(key) ?? 0;
      const bound = resends.spare + resends.perMessage * last + resends.perDisturbance * plague.disturbances;
      if (sent > bound) checker.violate('I7', `link ${key} sent ${sent} envelopes for ${last} messages`);
    }
  }
}
