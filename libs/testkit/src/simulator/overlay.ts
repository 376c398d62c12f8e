import type { Sql } from '@tongban/journal';
import {
  keyOf,
  type LockOwner,
  type MemoryDatabase,
  type Rows,
  type Table,
  uniqueViolation,
} from './memory-database.js';

/** Called between any two operations of a process: it may take time there, or die. */
export interface Steps {
  step(what: string): Promise<void>;
}

export interface Written<T extends Table> {
  readonly key: string;
  readonly row: Rows[T] | undefined;
}

/** Rows that a transaction has changed and not committed, over what is committed. */
export class Overlay implements LockOwner {
  waitingFor: LockOwner | undefined;
  readonly connection: symbol;
  private readonly changes = new Map<Table, Map<string, unknown>>();

  constructor(
    readonly database: MemoryDatabase,
    private readonly steps: Steps,
  ) {
    this.connection = database.connection;
  }

  step(what: string): Promise<void> {
    return this.steps.step(what);
  }

  get<T extends Table>(table: T, ...key: readonly (string | number)[]): Rows[T] | undefined {
    const joined = keyOf(...key);
    const changed = this.changes.get(table);
    if (changed?.has(joined) === true) return changed.get(joined) as Rows[T] | undefined;
    return this.database.committed[table].get(joined);
  }

  put<T extends Table>(table: T, row: Rows[T] | undefined, ...key: readonly (string | number)[]): void {
    let changed = this.changes.get(table);
    if (changed === undefined) this.changes.set(table, (changed = new Map<string, unknown>()));
    changed.set(keyOf(...key), row);
  }

  async lock(table: Table, ...key: readonly (string | number)[]): Promise<void> {
    await this.step('lock');
    return this.database.lock(this, `${table} ${keyOf(...key)}`);
  }

  /** Waits for another transaction that inserts the same key; throws when the key exists then. */
  async insert<T extends Table>(table: T, row: Rows[T], ...key: readonly (string | number)[]): Promise<void> {
    await this.lock(table, ...key);
    if (this.get(table, ...key) !== undefined) throw uniqueViolation(`${table} ${keyOf(...key)}`);
    this.put(table, row, ...key);
  }

  /** Rows of a table whose key begins with `prefix`, as this transaction sees them. */
  scan<T extends Table>(table: T, prefix: string): [string, Rows[T]][] {
    const found: [string, Rows[T]][] = [];
    const changed = this.changes.get(table) as Map<string, Rows[T] | undefined> | undefined;
    for (const [key, row] of this.database.committed[table] as Map<string, Rows[T]>) {
      if (key.startsWith(prefix) && changed?.has(key) !== true) found.push([key, row]);
    }
    for (const [key, row] of changed ?? []) if (key.startsWith(prefix) && row !== undefined) found.push([key, row]);
    return found;
  }

  written<T extends Table>(table: T): Written<T>[] {
    const changed = (this.changes.get(table) ?? new Map()) as Map<string, Rows[T] | undefined>;
    return [...changed].map(([key, row]) => ({ key, row }));
  }

  commit(): void {
    if (this.connection !== this.database.connection) return;
    for (const [table, changed] of this.changes) {
      const rows = this.database.committed[table] as Map<string, unknown>;
      for (const [key, row] of changed) {
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
    }
    this.database.release(this);
  }

  rollBack(): void {
    this.changes.clear();
    this.database.release(this);
  }
}

/** What bindings get in the place of SQL. */
export class MemorySql implements Sql {
  constructor(readonly rows: Overlay) {}

  query<Row>(text: string): Promise<Row[]> {
    return Promise.reject(new Error(`there is no SQL in memory: ${text}`));
  }
}

export function rowsOf(sql: Sql): Overlay {
  if (!(sql instanceof MemorySql)) throw new Error('not a transaction in memory');
  return sql.rows;
}
