import type { RecordHead } from '@tongban/federation/core';
import type { Sql } from '@tongban/journal';
import type { DecisionContext, Json, JsonObject, NodeCode, RecordRules, Result, Uuid } from '@tongban/kernel';

export interface ProjectionChange<State> {
  readonly record: Uuid;
  readonly state: State;
  readonly head: RecordHead;
}

/** What the federation needs to know of a class of records; features supply it. */
export interface RecordClassBinding<State = unknown, Command = unknown> {
  readonly rules: RecordRules<State, Command>;
  /** False for a type or version from the future: the entry is parked until the upgrade. */
  knows(type: string, version: number): boolean;
  /** Checks an entry from elsewhere before it is folded; `sealed` is never given: it may not be ours to open. */
  check(entry: { readonly type: string; readonly version: number; readonly facts: JsonObject }): Result<void>;
  /** Checks a command that came from another node. */
  parseCommand(json: Json): Result<Command>;
  /** What deciding needs beyond the record itself (the item version held, the mandate): runs at the owner. */
  guard(sql: Sql, state: State | undefined, command: Command, context: DecisionContext): Promise<Result<void>>;
  /** The nodes that handle the record: sealed parts are sealed for them. */
  recipients(state: State): readonly NodeCode[];
  load(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<Map<Uuid, State>>;
  save(sql: Sql, node: NodeCode, changes: readonly ProjectionChange<State>[], now: number): Promise<void>;
  /**
   * Called after `save` in a database that was put back to an earlier state: what it counts by itself (numbers given)
   * must not fall behind what its records show.
   */
  regain?(sql: Sql, node: NodeCode, changes: readonly ProjectionChange<State>[]): Promise<void>;
}

export type Bindings = ReadonlyMap<string, RecordClassBinding>;

export const bindingsOf = (list: readonly RecordClassBinding[]): Bindings =>
  new Map(list.map((binding) => [binding.rules.recordClass, binding]));
