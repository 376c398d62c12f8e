import { parentOf } from '@tongban/kernel';
import type { Chance } from './chance.js';
import type { Checker } from './checker.js';
import type { Network } from './network.js';
import type { HostFaults, SimHost } from './sim-host.js';
import type { VirtualTime } from './virtual-time.js';

export interface Plague {
  readonly faults: Record<string, number>;
  /** Faults that make links begin again. */
  readonly disturbances: number;
  /** Chooses what this seed is struck with, and when, until `end`. */
  schedule(end: number): void;
  /** Nothing is broken any more, and every host runs its newest version. */
  heal(): void;
  died(host: SimHost): void;
}

interface Struck {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly network: Network;
  readonly hosts: readonly SimHost[];
  readonly faults: HostFaults;
  readonly checker: Checker;
  /** Called when databases were put back. */
  restored(): void;
  note(text: string): void;
}

const times = {
  shortestOutageMs: 500,
  longestOutageMs: 8 * 60_000,
  shortestDeathMs: 200,
  longestDeathMs: 90_000,
  /** Life needs a moment before it can be disturbed. */
  firstStrikeMs: 5_000,
} as const;
const mostStepsToDeath = 60;

const kinds = [
  'die',
  'hubAway',
  'isolate',
  'hole',
  'streamCut',
  'hubDown',
  'hubWiped',
  'backup',
  'restore',
  'upgrade',
] as const;
type Kind = (typeof kinds)[number];

/** How many of each a seed gets when it gets any. */
const most: Readonly<Record<Kind, number>> = {
  ...{ die: 6, hubAway: 5, isolate: 3, hole: 3, streamCut: 5, hubDown: 2, hubWiped: 2 },
  ...{ backup: 6, restore: 3, upgrade: 1 },
};

/** Whether nodes of the two hosts talk to each other. */
const areNeighbours = (one: SimHost, other: SimHost): boolean =>
  one !== other && one.nodes.some((a) => other.nodes.some((b) => parentOf(a) === b || parentOf(b) === a));

export const plagues = (struck: Struck): Plague => new Plagues(struck);

class Plagues implements Plague {
  readonly faults: Record<string, number> = {};
  disturbances = 0;
  private healed = false;

  constructor(private readonly struck: Struck) {}

  schedule(end: number): void {
    const { time, chance, hosts } = this.struck;
    this.spoil();
    if (chance.happens(0.3)) {
      for (const host of hosts) host.old = chance.happens(0.3);
      this.plan('upgrade', end);
    }
    const restores = chance.happens(0.4);
    if (restores) for (const kind of ['backup', 'restore'] as const) this.plan(kind, end);
    for (const kind of kinds) {
      if (kind !== 'backup' && kind !== 'restore' && kind !== 'upgrade' && chance.happens(0.5)) this.plan(kind, end);
    }
    // Some backups are taken before anything was written.
    if (restores && chance.happens(0.3)) time.after(100, () => this.strike('backup', chance.pick(hosts)));
  }

  heal(): void {
    this.healed = true;
    const { network, hosts, faults } = this.struck;
    Object.assign(faults, { pause: 0, commitFails: 0, commitUnheard: 0 });
    network.heal();
    for (const host of hosts) {
      if (host.old) host.crash('upgrade');
      host.old = false;
      if (host.process !== undefined) host.process.stepsLeft = Infinity;
      host.start();
    }
  }

  /** A dead host comes back. */
  died(host: SimHost): void {
    const { chance } = this.struck;
    this.disturbances++;
    if (!this.healed) host.startLater(chance.between(times.shortestDeathMs, times.longestDeathMs));
  }

  private spoil(): void {
    const { chance, network, faults } = this.struck;
    const some = (probability: number, worst: number): number =>
      chance.happens(probability) ? chance.next() * worst : 0;
    network.faults = {
      ...{ drop: some(0.5, 0.2), double: some(0.5, 0.2), straggle: some(0.5, 0.1) },
      ...{ corrupt: some(0.3, 0.05), unheard: some(0.4, 0.1), unnoticed: some(0.5, 0.5) },
    };
    Object.assign(faults, {
      ...{ pause: some(0.8, 0.3), commitFails: some(0.4, 0.02), commitUnheard: some(0.4, 0.02) },
    });
    for (const [name, value] of Object.entries({ ...network.faults, ...faults })) if (value > 0) this.count(name);
  }

  private plan(kind: Kind, end: number): void {
    const { time, chance, hosts } = this.struck;
    const now = time.now();
    for (let strike = 0; strike < chance.between(1, most[kind]); strike++) {
      time.after(chance.between(times.firstStrikeMs, end - now), () => this.strike(kind, chance.pick(hosts)));
    }
  }

  private strike(kind: Kind, host: SimHost): void {
    if (this.healed) return;
    this.struck.note(`${kind} strikes ${host.name}`);
    this.count(kind);
    this.disturbances++;
    const { network, chance, hosts, time } = this.struck;
    switch (kind) {
      case 'die':
        if (host.process !== undefined) host.process.stepsLeft = chance.between(0, mostStepsToDeath);
        return;
      case 'hubAway':
        return this.during(
          () => network.setReach(host.name, 'down'),
          () => network.setReach(host.name, 'up'),
        );
      case 'hole':
        return this.during(
          () => network.setReach(host.name, 'hole'),
          () => network.setReach(host.name, 'up'),
        );
      case 'streamCut': {
        const other = chance.pick(hosts).name;
        this.during(
          () => network.setStream(host.name, other, false),
          () => network.setStream(host.name, other, true),
        );
        return;
      }
      case 'isolate':
        return this.isolate(host);
      case 'hubDown':
        for (const { name } of hosts)
          this.during(
            () => network.setReach(name, 'down'),
            () => network.setReach(name, 'up'),
          );
        return;
      case 'hubWiped':
        return network.wipeHub();
      case 'backup':
        // Some machine rooms save everything in one night.
        for (const each of chance.happens(0.3) ? hosts : [host])
          each.backups.push({ at: time.now(), rows: each.database.backup() });
        return;
      case 'restore':
        return this.restore();
      case 'upgrade':
        for (const each of hosts) {
          if (!each.old) continue;
          each.old = false;
          each.crash('upgrade');
        }
    }
  }

  private restore(): void {
    const { hosts, chance } = this.struck;
    const able = hosts.filter(({ backups }) => backups.length > 0);
    if (able.length === 0) return;
    const first = chance.pick(able);
    const beside = able.filter((host) => areNeighbours(first, host));
    // A machine room burns down: what stood in it comes back, each from its own backup.
    const struck = chance.happens(0.3)
      ? able
      : beside.length > 0 && chance.happens(0.5)
        ? [first, chance.pick(beside)]
        : [first];
    for (const host of struck) this.putBack(host);
    // What struck the databases has often struck the network as well, and those who hold the rest are the ones missed.
    const others = hosts.filter((host) => !struck.includes(host));
    const holders = others.filter((host) => struck.some((other) => areNeighbours(host, other)));
    if (holders.length > 0 && chance.happens(0.6)) this.isolate(chance.pick(holders));
    else if (others.length > 0 && chance.happens(0.3)) this.isolate(chance.pick(others));
    this.struck.restored();
  }

  private isolate(host: SimHost): void {
    const { network, hosts, note } = this.struck;
    note(`${host.name} is cut off`);
    const reach = (up: boolean): void => {
      network.setReach(host.name, up ? 'up' : 'down');
      for (const other of hosts) {
        network.setStream(host.name, other.name, up);
        network.setStream(other.name, host.name, up);
      }
    };
    this.during(
      () => reach(false),
      () => reach(true),
    );
  }

  private putBack(host: SimHost): void {
    const { chance, checker, note, time } = this.struck;
    const backup = chance.pick(host.backups);
    this.count('restored');
    note(`${host.name} is put back to ${backup.at}`);
    // The machine's image was as old as its backup.
    if (chance.happens(0.3)) host.old = true;
    checker.restoring(host, backup.rows);
    host.restore(backup, `t${time.now().toString(16).padStart(12, '0')}${chance.hex(16)}`);
  }

  private during(begin: () => void, end: () => void): void {
    const { time, chance } = this.struck;
    begin();
    time.after(chance.between(times.shortestOutageMs, times.longestOutageMs), () => {
      if (!this.healed) end();
    });
  }

  private count(name: string): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
  }
}
