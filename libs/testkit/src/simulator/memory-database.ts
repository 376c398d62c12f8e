import type { RecordHead } from '@tongban/federation/core';
import type { Incarnation, InLink, NewRequest, StoredCommand } from '@tongban/federation/nest';
import type { Entry } from '@tongban/journal';
import type { NodeCode, RefusalCode, Uuid } from '@tongban/kernel';

export interface OutLink {
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly last: number;
  readonly acked: number;
  readonly base: number;
  readonly incarnation: string;
  readonly peerIncarnation: string;
  readonly answerDue: boolean;
}

export interface OutgoingRow {
  readonly kind: 'entry' | 'request' | 'refusal' | 'recovered' | 'returned';
  readonly createdAt: number;
  readonly record?: Uuid;
  readonly entrySeq?: number;
  readonly payload?: Uint8Array;
  readonly request?: Uuid;
}

export interface RequestState extends NewRequest {
  readonly state: 'pending' | 'done' | 'refused';
  readonly code?: RefusalCode;
}

export interface QuarantineRow {
  readonly id: string;
  readonly node: NodeCode;
  readonly peer: NodeCode;
  readonly record?: Uuid;
  readonly entrySeq?: number;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly payload: Uint8Array;
}

/** The tables, by what their rows are; keys are the columns of the primary key joined by a space, node first. */
export interface Rows {
  head: RecordHead;
  entry: Entry;
  /** Where the entry with an id stands. */
  entryId: { readonly record: Uuid; readonly seq: number };
  outLink: OutLink;
  inLink: InLink;
  outgoing: OutgoingRow;
  /** Refusals among the outgoing messages, by request. */
  refusal: Uint8Array;
  request: RequestState;
  command: StoredCommand;
  quarantine: QuarantineRow;
  quarantineKey: true;
  deferred: { readonly record: Uuid; readonly payload: Uint8Array };
  /** Projections of bindings. */
  state: unknown;
  counter: number;
  incarnation: Incarnation;
}
export type Table = keyof Rows;

const tables: readonly Table[] = [
  ...(['head', 'entry', 'entryId', 'outLink', 'inLink', 'outgoing', 'refusal', 'request'] as const),
  ...(['command', 'quarantine', 'quarantineKey', 'deferred', 'state', 'counter', 'incarnation'] as const),
];

export type Committed = { readonly [T in Table]: Map<string, Rows[T]> };

const emptyTables = (): Committed => Object.fromEntries(tables.map((table) => [table, new Map()])) as Committed;

export const keyOf = (...parts: readonly (string | number)[]): string => parts.join(' ');

class StoreError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What PostgreSQL says: 23505 for a key that exists, 40P01 for transactions that wait for each other. */
export const uniqueViolation = (key: string): Error => new StoreError('23505', `duplicate key ${key}`);
const deadlock = (key: string): Error => new StoreError('40P01', `deadlock at ${key}`);

/** Who holds a row until the end of a transaction, and who waits for it. */
export interface LockOwner {
  /** The process's connection; it ends with the process. */
  readonly connection: symbol;
  waitingFor: LockOwner | undefined;
}

interface Lock {
  owner: LockOwner;
  readonly waiting: { readonly owner: LockOwner; readonly granted: () => void }[];
}

/** A database: what is committed, and the row locks of the transactions that are open. */
export class MemoryDatabase {
  committed = emptyTables();
  /** Of the process that works here now. */
  connection = Symbol('connection');
  private locks = new Map<string, Lock>();
  private readonly held = new Map<LockOwner, string[]>();
  private quarantined = 0;

  constructor(incarnation: Incarnation) {
    this.committed.incarnation.set('', incarnation);
  }

  /** Waits until the row is free; READ COMMITTED: what was read before may have changed since. */
  async lock(owner: LockOwner, key: string): Promise<void> {
    // Asked for just before its process died: it would be held for ever.
    if (owner.connection !== this.connection) return new Promise<never>(() => undefined);
    const lock = this.locks.get(key);
    if (lock === undefined) {
      this.locks.set(key, { owner, waiting: [] });
      this.note(owner, key);
      return;
    }
    if (lock.owner === owner) return;
    for (let next: LockOwner | undefined = lock.owner; next !== undefined; next = next.waitingFor) {
      if (next === owner) throw deadlock(key);
    }
    owner.waitingFor = lock.owner;
    await new Promise<void>((granted) => lock.waiting.push({ owner, granted }));
  }

  release(owner: LockOwner): void {
    for (const key of this.held.get(owner) ?? []) {
      const lock = this.locks.get(key)!;
      const next = lock.waiting.shift();
      if (next === undefined) {
        this.locks.delete(key);
        continue;
      }
      lock.owner = next.owner;
      next.owner.waitingFor = undefined;
      for (const { owner: other } of lock.waiting) other.waitingFor = next.owner;
      this.note(next.owner, key);
      next.granted();
    }
    this.held.delete(owner);
  }

  nextQuarantineId(): string {
    return String(++this.quarantined).padStart(12, '0');
  }

  /** Rows are never changed in place, so copying the tables is a backup. */
  backup(): Committed {
    return Object.fromEntries(tables.map((table) => [table, new Map(this.committed[table])])) as unknown as Committed;
  }

  restore(backup: Committed, incarnation: Incarnation | undefined): void {
    this.committed = Object.fromEntries(tables.map((table) => [table, new Map(backup[table])])) as unknown as Committed;
    if (incarnation !== undefined) this.committed.incarnation.set('', incarnation);
    this.dropLocks();
  }

  /** The process that held them is gone. */
  dropLocks(): void {
    this.connection = Symbol('connection');
    this.locks = new Map();
    this.held.clear();
  }

  private note(owner: LockOwner, key: string): void {
    const keys = this.held.get(owner);
    if (keys === undefined) this.held.set(owner, [key]);
    else keys.push(key);
  }
}
