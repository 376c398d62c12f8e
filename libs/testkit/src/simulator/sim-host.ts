import {
  federationCore,
  bindingsOf,
  Host,
  type FederationCore,
  type HostSettings,
  type StoreTx,
} from '@tongban/federation/nest';
import type { NodeCode } from '@tongban/kernel';
import { simulatedCases } from './case-binding.js';
import type { Chance } from './chance.js';
import { MemoryDatabase, type Committed } from './memory-database.js';
import { memoryStore } from './memory-store.js';
import type { Overlay } from './overlay.js';
import type { Network, Port } from './network.js';
import { childrenIn } from './tree.js';
import type { Trust } from './trust.js';
import type { VirtualTime } from './virtual-time.js';

const times = { restartAfterFailureMs: 2_000, longestPauseMs: 40 } as const;

/** What a mutant replaces: decisions, what is stored, what the host is given. */
export interface Mutation {
  core?(core: FederationCore): FederationCore;
  store?(tx: StoreTx): StoreTx;
  settings?(settings: HostSettings): HostSettings;
  /** Answers before the commit is on disk. */
  readonly lateCommitMs?: number;
  /** A restored database keeps its name. */
  readonly keepsIncarnation?: boolean;
}

export interface HostFaults {
  /** Probability that an operation takes time, so that others come in between. */
  pause: number;
  commitFails: number;
  commitUnheard: number;
}

export interface HostWorld {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly network: Network;
  readonly nodes: readonly NodeCode[];
  readonly trust: Trust;
  readonly faults: HostFaults;
  readonly mutation: Mutation;
  note(text: string): void;
  committing(host: SimHost, rows: Overlay): void;
  died(host: SimHost): void;
}

/** One start of a host: dies at a step, and nothing of it goes on after that. */
class Process implements Port {
  alive = true;
  /** Steps that are left until it dies. */
  stepsLeft = Infinity;
  hub: Port['hub'] = { handler: undefined, changed: () => undefined };
  streams: Port['streams'] = { handler: undefined, changed: () => undefined };
  host: Host | undefined;

  constructor(
    readonly name: string,
    readonly nodes: readonly NodeCode[],
    private readonly world: HostWorld,
    private readonly die: (where: string) => void,
  ) {}

  step(what: string): Promise<void> {
    if (!this.alive) return forever();
    if (--this.stepsLeft < 0) {
      this.die(what);
      return forever();
    }
    const { chance, time, faults } = this.world;
    if (!chance.happens(faults.pause)) return Promise.resolve();
    return time.wait(chance.between(0, times.longestPauseMs)).then(() => (this.alive ? undefined : forever()));
  }

  every(ms: number, body: () => void): () => void {
    let stopped = false;
    const next = (): void => {
      if (stopped || !this.alive) return;
      body();
      this.world.time.after(ms, next);
    };
    this.world.time.after(this.world.chance.between(1, ms), next);
    return () => {
      stopped = true;
    };
  }
}

/** A promise that nobody keeps: what waits for it has died. */
const forever = (): Promise<never> => new Promise<never>(() => undefined);

export interface Backup {
  readonly at: number;
  readonly rows: Committed;
}

/** A machine with its database; its process comes and goes. */
export class SimHost {
  readonly database: MemoryDatabase;
  readonly backups: Backup[] = [];
  old = false;
  process: Process | undefined;
  private restarts = 0;

  constructor(
    readonly name: string,
    readonly nodes: readonly NodeCode[],
    private readonly world: HostWorld,
    private readonly skewMs: number,
    firstIncarnation: string,
  ) {
    this.database = new MemoryDatabase({ id: firstIncarnation, restored: false });
  }

  now(): number {
    return this.world.time.now() + this.skewMs;
  }

  get running(): Host | undefined {
    return this.process?.alive === true ? this.process.host : undefined;
  }

  start(): void {
    if (this.process?.alive === true) return;
    const process = new Process(this.name, this.nodes, this.world, (where) => this.crash(where));
    this.process = process;
    void this.open(process).catch((error: unknown) => {
      if (!process.alive) return;
      this.crash(`starting: ${String(error)}`);
      this.startLater(times.restartAfterFailureMs);
    });
  }

  startLater(ms: number): void {
    const restart = ++this.restarts;
    this.world.time.after(ms, () => {
      if (restart === this.restarts) this.start();
    });
  }

  crash(where: string): void {
    if (this.process?.alive !== true) return;
    this.world.note(`${this.name} dies at ${where}`);
    this.process.alive = false;
    this.database.dropLocks();
    this.world.died(this);
  }

  /** Puts the database back to an earlier state, as an operator does. */
  restore(backup: Backup, incarnation: string): void {
    this.crash('restore');
    if (this.world.mutation.keepsIncarnation === true) this.database.restore(backup.rows, undefined);
    else this.database.restore(backup.rows, { id: incarnation, restored: true });
    // Later backups show a past that is no more.
    this.backups.splice(0, this.backups.length, ...this.backups.filter(({ at }) => at <= backup.at));
  }

  private async open(process: Process): Promise<void> {
    const { network, chance, faults, nodes, trust, mutation, time } = this.world;
    network.attach(process);
    const store = memoryStore(this.database, process, {
      commitFault: () =>
        chance.happens(faults.commitFails) ? 'fails' : chance.happens(faults.commitUnheard) ? 'unheard' : 'none',
      committing: (rows) => this.world.committing(this, rows),
      wrap: (tx) => mutation.store?.(tx) ?? tx,
      ...(mutation.lateCommitMs === undefined
        ? {}
        : { late: (commit) => void time.after(mutation.lateCommitMs!, () => process.alive && commit()) }),
    });
    const settings: HostSettings = {
      nodes: this.nodes,
      bindings: bindingsOf([simulatedCases(this.old)]),
      ...trust,
      clock: { now: () => this.now() },
      hub: network.hubCourier(process),
      parentEnd: network.parentEnd(process),
      childEnd: network.childEnd(process),
      log: (level, message, details) =>
        this.world.note(`${this.name} ${level}: ${message} ${details === undefined ? '' : JSON.stringify(details)}`),
      traced: (_traceparent, _name, _attributes, work) => work(),
      childrenOf: (node) => childrenIn(nodes, node),
    };
    const core = mutation.core?.(federationCore) ?? federationCore;
    const host = await Host.openAt({ store, scheduler: process, core }, mutation.settings?.(settings) ?? settings);
    process.host = host;
    await host.start();
  }
}
