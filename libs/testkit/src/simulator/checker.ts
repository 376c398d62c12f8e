import { holders, type RecordHead } from '@tongban/federation/core';
import type { CaseState } from '@tongban/domain/casework';
import { hashEntry, type Entry } from '@tongban/journal';
import { ownershipTypes, type NodeCode, type Uuid } from '@tongban/kernel';
import { keyOf, type Committed, type OutLink } from './memory-database.js';
import type { Overlay } from './overlay.js';
import type { SimHost } from './sim-host.js';
import { province } from './tree.js';
import type { Trust } from './trust.js';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export interface Acknowledged {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly record: Uuid;
  readonly state: 'done' | 'requested';
}

const mostViolations = 20;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Watches every commit, and compares the whole world when it has come to rest. Knows the invariants, not the protocol. */
export class Checker {
  readonly violations: Violation[] = [];
  readonly acknowledged = new Map<Uuid, Acknowledged>();
  /** Hashes of entries that their author has committed. */
  private readonly authored = new Set<string>();
  /** The newest line of each record that some author has written: by record, by number. */
  private readonly lines = new Map<Uuid, Map<number, Entry>>();
  /** Ids of entries that only a restored database had: they may be gone. */
  private readonly lost = new Set<Uuid>();
  /** Ids of entries that a restored database had and others as well: they must come back. */
  private readonly keptElsewhere = new Set<Uuid>();

  constructor(
    private readonly hosts: () => readonly SimHost[],
    private readonly trust: Trust,
  ) {}

  violate(invariant: Invariant, what: string): void {
    if (this.violations.length < mostViolations) this.violations.push({ invariant, what });
  }

  acknowledge(command: Acknowledged): void {
    const earlier = this.acknowledged.get(command.key);
    if (earlier?.state === 'done' && command.state !== 'done') return;
    this.acknowledged.set(command.key, command);
  }

  committing(host: SimHost, rows: Overlay): void {
    const { committed } = host.database;
    for (const { key, row } of rows.written('entry')) if (row !== undefined) this.entryCommitted(key, row, rows);
    for (const { key, row } of rows.written('inLink')) {
      const before = committed.inLink.get(key);
      if (before === undefined || row === undefined || before.session !== row.session) continue;
      if (row.applied < before.applied)
        this.violate('I2', `${host.name}: applied of ${key} falls from ${before.applied} to ${row.applied}`);
    }
    for (const { key, row } of rows.written('head')) {
      const before = committed.head.get(key);
      if (row !== undefined && before !== undefined && row.epoch < before.epoch)
        this.violate('I4', `${host.name}: the epoch of ${key} falls from ${before.epoch} to ${row.epoch}`);
    }
    for (const { key, row } of rows.written('request')) {
      if (row?.state !== 'refused') continue;
      if (committed.request.get(key)?.state === 'done') this.violate('I1', `request ${key} was done and is refused`);
    }
  }

  private entryCommitted(key: string, entry: Entry, rows: Overlay): void {
    const [node] = key.split(' ') as [NodeCode];
    const name = `${entry.record} ${entry.seq}`;
    if (entry.seq > 1 && rows.get('entry', node, entry.record, entry.seq - 1) === undefined)
      this.violate('I3', `${node} applies ${name} without the one before it`);
    const before = entry.seq > 1 ? rows.get('entry', node, entry.record, entry.seq - 1) : undefined;
    if (before !== undefined && hex(before.hash) !== hex(entry.prevHash))
      this.violate('I6', `${node} applies ${name}, which does not follow what it holds`);
    const hash = hex(entry.hash);
    if (!this.authored.has(hash)) {
      if (entry.author === node) this.write(entry, hash);
      else this.violate('I6', `${node} applies ${name}, which ${entry.author} has not written`);
    }
  }

  private write(entry: Entry, hash: string): void {
    this.authored.add(hash);
    let line = this.lines.get(entry.record);
    if (line === undefined) this.lines.set(entry.record, (line = new Map()));
    const held = line.get(entry.seq);
    if (held !== undefined && this.isHeldSomewhere(held)) {
      const restored = this.hosts().some(({ database }) => database.committed.incarnation.get('')!.restored);
      this.violate(restored ? 'I8' : 'I4', `${entry.record} forks at ${entry.seq}: ${held.author} and ${entry.author}`);
    }
    const owner = this.ownerIn(line, entry);
    if (owner !== undefined && owner !== entry.author)
      this.violate('I4', `${entry.record} has two owners in epoch ${entry.epoch}: ${owner} and ${entry.author}`);
    for (const seq of [...line.keys()]) if (seq > entry.seq && !this.isHeldSomewhere(line.get(seq)!)) line.delete(seq);
    line.set(entry.seq, entry);
  }

  /** Who else has written in this epoch, as far as it still exists. */
  private ownerIn(line: ReadonlyMap<number, Entry>, entry: Entry): NodeCode | undefined {
    for (const other of line.values()) {
      if (other.epoch === entry.epoch && other.seq !== entry.seq && other.author !== entry.author)
        if (this.isHeldSomewhere(other)) return other.author;
    }
    return undefined;
  }

  private isHeldSomewhere(entry: Entry): boolean {
    return this.hosts().some(({ nodes, database }) => nodes.some((node) => holds(database.committed, node, entry)));
  }

  /** Called before the rows of a host are replaced by those of a backup. */
  restoring(host: SimHost, backup: Committed): void {
    for (const [key, entry] of host.database.committed.entry) {
      if (backup.entry.has(key)) continue;
      const others = this.hosts().filter((other) => other !== host);
      const kept = others.some(({ nodes, database }) => nodes.some((node) => holds(database.committed, node, entry)));
      (kept ? this.keptElsewhere : this.lost).add(entry.id);
    }
    for (const key of host.database.committed.command.keys()) {
      const id = key.split(' ')[1]!;
      if (!backup.command.has(key) && this.acknowledged.get(id)?.state === 'requested') this.acknowledged.delete(id);
    }
  }

  /** True when nothing waits anywhere: then the world can be compared. */
  atRest(): boolean {
    return this.unrest(1).length === 0;
  }

  /** What still waits, in words; at most `most` of it. */
  unrest(most: number): string[] {
    const waiting: string[] = [];
    for (const host of this.hosts()) {
      if (host.running === undefined) waiting.push(`${host.name} does not run`);
      const rows = host.database.committed;
      const awaited = host.running?.recovery.awaited() ?? [];
      if (awaited.length > 0) waiting.push(`${host.name} recovers from ${JSON.stringify(awaited)}`);
      for (const [key, link] of rows.outLink)
        if (isWaiting(link)) waiting.push(`link ${key}: ${link.acked} of ${link.last}`);
      for (const [key, request] of rows.request) if (request.state === 'pending') waiting.push(`request ${key}`);
      for (const key of rows.deferred.keys()) waiting.push(`deferred ${key}`);
      for (const [key, head] of rows.head) if (head.offeredTo !== undefined) waiting.push(`offer of ${key}`);
      if (host.nodes.some((node) => host.running?.recovery.isOpen(node) === false)) if (waiting.length >= most) break;
    }
    return waiting.slice(0, most);
  }

  /** After healing: I1 and I8 by what was acknowledged, I5 by the heads, I6 by hashes, signatures and the quarantine. */
  compare(): void {
    const holding = this.holdings();
    for (const [record, heads] of holding) this.compareRecord(record, heads);
    this.compareAcknowledged(holding);
    this.checkEntries();
    for (const { name, database } of this.hosts())
      for (const { code, detail } of database.committed.quarantine.values())
        this.violate('I6', `${name} has quarantined what is genuine: ${code} ${detail}`);
  }

  private holdings(): Map<Uuid, Map<NodeCode, RecordHead>> {
    const holding = new Map<Uuid, Map<NodeCode, RecordHead>>();
    for (const { database } of this.hosts()) {
      for (const [key, head] of database.committed.head) {
        const heads = holding.get(head.record) ?? new Map<NodeCode, RecordHead>();
        holding.set(head.record, heads.set(key.split(' ')[0] as NodeCode, head));
      }
    }
    return holding;
  }

  private compareRecord(record: Uuid, heads: ReadonlyMap<NodeCode, RecordHead>): void {
    const newest = [...heads.values()].reduce((left, right) => (left.seq >= right.seq ? left : right));
    for (const [node, head] of heads) {
      if (hex(head.hash) !== hex(newest.hash) || head.owner !== newest.owner || head.seq !== newest.seq)
        this.violate(
          'I5',
          `${record} at ${node}: ${head.seq} of ${head.owner}, elsewhere ${newest.seq} of ${newest.owner}`,
        );
    }
    const wanted = holders(newest.members, province);
    const found = [...heads.keys()].sort();
    if (wanted.join() !== found.join())
      this.violate('I5', `${record} is held by ${found.join()}, not by ${wanted.join()}`);
    const states = new Set<string>();
    const open = this.hosts().some(({ nodes, database }) =>
      nodes.some((node) => isOffered(database.committed.state.get(keyOf(node, record)) as CaseState | undefined)),
    );
    if (open) this.violate('I7', `${record} waits for a hand-over that nobody takes`);
    for (const { nodes, database } of this.hosts())
      for (const node of nodes)
        if (heads.has(node)) states.add(JSON.stringify(database.committed.state.get(keyOf(node, record))));
    if (states.size > 1) this.violate('I5', `${record} is folded to ${states.size} different states`);
  }

  private compareAcknowledged(holding: ReadonlyMap<Uuid, ReadonlyMap<NodeCode, RecordHead>>): void {
    const places = new Set<string>();
    const ids = new Set<Uuid>();
    const requests = new Map<string, string>();
    for (const { database } of this.hosts()) {
      for (const key of database.committed.entryId.keys()) {
        places.add(key);
        ids.add(key.split(' ')[1]!);
      }
      for (const [key, request] of database.committed.request) requests.set(key, request.state);
    }
    for (const { node, key, record, state } of this.acknowledged.values()) {
      const heads = [...(holding.get(record) ?? new Map<NodeCode, RecordHead>()).values()];
      const owner = heads[0]?.owner ?? node;
      const exists = places.has(keyOf(owner, key));
      if (state === 'requested') {
        const answer = requests.get(keyOf(node, key));
        if (answer === undefined) this.violate('I1', `request ${key} of ${node} is forgotten`);
        if (answer === 'refused' && exists) this.violate('I1', `request ${key} was refused and is done`);
        if (answer === 'done' && !exists && !this.lost.has(key))
          this.violate('I1', `request ${key} is done without an entry`);
      } else if (!exists && !this.lost.has(key)) {
        this.violate(
          this.keptElsewhere.has(key) ? 'I8' : 'I1',
          `command ${key} was acknowledged at ${node} and is not at ${owner}`,
        );
      }
    }
    for (const id of this.keptElsewhere) {
      if (!ids.has(id) && !this.lost.has(id))
        this.violate('I8', `entry ${id} was held by a neighbour of a restored database and is gone`);
    }
  }

  private checkEntries(): void {
    const checked = new Set<string>();
    for (const { database } of this.hosts()) {
      for (const [key, entry] of database.committed.entry) {
        const hash = hex(entry.hash);
        if (checked.has(hash)) continue;
        checked.add(hash);
        const genuine =
          hashEntry(entry).equals(entry.hash) &&
          this.trust.directory.verify(entry.author, entry.hash, entry.signature, entry.recordedAt).ok;
        if (!genuine) this.violate('I6', `${key} is not what ${entry.author} signed`);
        if (entry.type === ownershipTypes.taken && entry.epoch < 2) this.violate('I4', `${key} is taken in epoch 1`);
      }
    }
  }
}

const isOffered = (state: CaseState | undefined): boolean => state !== undefined && state.pendingOffer !== null;

const isWaiting = (link: OutLink): boolean => link.acked < link.last || link.answerDue;

const holds = (rows: Committed, node: NodeCode, entry: Entry): boolean => {
  const held = rows.entry.get(keyOf(node, entry.record, entry.seq));
  return held !== undefined && hex(held.hash) === hex(entry.hash);
};
