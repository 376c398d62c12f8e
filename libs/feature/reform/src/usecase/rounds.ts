import type { ServiceItem } from '@tongban/domain/catalogue';
import {
  applyPlan,
  compareItemsOf,
  comparePlan,
  decideRound,
  evolveRound,
  scopeOf,
  type Comparison,
  type ItemSides,
  type ReformPlan,
  type RoundAction,
  type RoundEntry,
  type RoundState,
} from '@tongban/domain/reform';
import { sm3, type Sql } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  refuse,
  uuidv7,
  type Actor,
  type Json,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import type { ReformOptions } from '../ports.js';
import {
  findBaseline,
  findCommand,
  insertEntry,
  lockKey,
  lockRound,
  readEntries,
  readRounds,
} from '../store/entry-store.js';

export interface RoundView {
  readonly round: Uuid;
  readonly state: RoundState;
  readonly entries: readonly RoundEntry[];
}

/** A round with everything it changes. */
export interface ComparedRound {
  readonly plan: ReformPlan;
  readonly comparison: Comparison;
  readonly items: readonly ItemSides[];
}

export interface Command {
  readonly node: NodeCode;
  readonly actor: Actor;
  /** Of the person behind the actor, where the token says it. */
  readonly actorName?: string | undefined;
  /** Idempotency key. */
  readonly key: Uuid;
}

export interface RoundCommand extends Command {
  readonly round: Uuid;
  readonly action: Exclude<RoundAction, 'publish' | 'published' | 'notPublished'>;
  /** Number of the entry that the person has seen. */
  readonly expected?: number | undefined;
  readonly plan?: ReformPlan;
  readonly note?: string | undefined;
}

/** Who writes an entry. */
export const byOf = ({ actor, actorName }: Command): Pick<RoundEntry, 'actor' | 'actorName'> =>
  actorName === undefined ? { actor } : { actor, actorName };

const digestOf = (command: object): Buffer => sm3(Buffer.from(canonicalJson(command as Json)));

export const viewOf = (round: Uuid, entries: readonly RoundEntry[]): RoundView | undefined => {
  const state = entries.reduce<RoundState | undefined>(evolveRound, undefined);
  return state === undefined ? undefined : { round, state, entries };
};

const unknown = (round: Uuid): Result<never> => refuse('reform.unknown', '没有这一轮改革方案', { round });

/** Reads a round within a transaction. Refuses reform.unknown. */
export async function roundIn(sql: Sql, node: NodeCode, round: Uuid): Promise<Result<RoundView>> {
  const view = viewOf(round, await readEntries(sql, node, round));
  return view === undefined ? unknown(round) : ok(view);
}

/** Rounds of reform: begun, written, proposed, approved by a second person, each kept with what it was computed from. */
export class ReformRounds {
  constructor(private readonly options: ReformOptions) {}

  async begin(command: Command, plan: ReformPlan): Promise<Result<RoundView>> {
    const { node, key } = command;
    const { transactor, clock, random } = this.options;
    const digest = digestOf({ begin: plan });
    return transactor.run(async (sql) => {
      await lockKey(sql, node, key);
      const earlier = await findCommand(sql, node, key);
      if (earlier !== undefined) return this.again(sql, node, earlier, digest);
      const round = uuidv7(clock, random);
      const entry: RoundEntry = { seq: 1, action: 'begin', at: clock.now(), ...byOf(command), plan };
      await insertEntry(sql, node, round, { entry, command: { key, digest } });
      return roundIn(sql, node, round);
    });
  }

  /** Refuses reform.unknown, reform.state, reform.same-person, request.stale; to propose also reform.invalid. */
  async act(command: RoundCommand): Promise<Result<RoundView>> {
    const { node, round, action, actor, key, expected, plan, note } = command;
    const { transactor, clock, catalogue } = this.options;
    const digest = digestOf({ round, action, plan, note });
    // Read before the lock is taken: a catalogue may be large. It is judged again when the round is published.
    const newest = action === 'propose' ? (await catalogue.published(node)).items : [];
    return transactor.run(async (sql) => {
      await lockRound(sql, node, round);
      const earlier = await findCommand(sql, node, key);
      if (earlier !== undefined) return this.again(sql, node, earlier, digest);
      const found = await roundIn(sql, node, round);
      if (!found.ok) return found;
      const { state } = found.value;
      if (expected !== undefined && expected !== state.seq)
        return refuse('request.stale', '方案已被修改，请刷新后再办理');
      const decided = decideRound(state, action, actor);
      if (!decided.ok) return decided;
      const baseline = action === 'propose' ? baselineOf(state.plan, newest) : undefined;
      if (baseline !== undefined && !baseline.ok) return baseline;
      const written = { ...(plan === undefined ? {} : { plan }), ...(note === undefined ? {} : { note }) };
      const entry: RoundEntry = { seq: state.seq + 1, action, at: clock.now(), ...byOf(command), ...written };
      const frozen = baseline === undefined ? {} : { baseline: baseline.value };
      await insertEntry(sql, node, round, { entry, command: { key, digest }, ...frozen });
      return roundIn(sql, node, round);
    });
  }

  list(node: NodeCode): Promise<RoundView[]> {
    return this.options.transactor.run(async (sql) => {
      const views: RoundView[] = [];
      for (const [round, entries] of await readRounds(sql, node)) views.push(viewOf(round, entries)!);
      return views;
    });
  }

  find(node: NodeCode, round: Uuid): Promise<Result<RoundView>> {
    return this.options.transactor.run((sql) => roundIn(sql, node, round));
  }

  /** A draft over the catalogue as it is, everything later over what was frozen. Refuses reform.unknown, reform.invalid. */
  async compare(node: NodeCode, round: Uuid): Promise<Result<Comparison>> {
    const read = await this.basisOf(node, round);
    return read.ok ? comparePlan(read.value.plan, read.value.items) : read;
  }

  /** The items of the stated set before and after, in the order of the plan. Refuses as compare does. */
  async compareItems(node: NodeCode, round: Uuid): Promise<Result<ItemSides[]>> {
    const read = await this.basisOf(node, round);
    return read.ok ? compareItemsOf(read.value.plan, read.value.items) : read;
  }

  /** Totals and items over one reading of the round. Refuses as compare does. */
  async compareWhole(node: NodeCode, round: Uuid): Promise<Result<ComparedRound>> {
    const read = await this.basisOf(node, round);
    if (!read.ok) return read;
    const { plan } = read.value;
    const comparison = comparePlan(plan, read.value.items);
    const items = compareItemsOf(plan, read.value.items);
    if (!comparison.ok) return comparison;
    return items.ok ? ok({ plan, comparison: comparison.value, items: items.value }) : items;
  }

  /** The plan, and the items that it is applied to. */
  private async basisOf(
    node: NodeCode,
    round: Uuid,
  ): Promise<Result<{ readonly plan: ReformPlan; readonly items: readonly ServiceItem[] }>> {
    const { transactor, catalogue } = this.options;
    const read = await transactor.run(async (sql) => {
      const found = await roundIn(sql, node, round);
      if (!found.ok) return found;
      const { state } = found.value;
      const baseline = state.status === 'draft' ? undefined : await findBaseline(sql, node, round);
      return ok({ plan: state.plan, baseline });
    });
    if (!read.ok) return read;
    const { plan, baseline } = read.value;
    return ok({ plan, items: baseline ?? (await catalogue.published(node)).items });
  }

  private again(
    sql: Sql,
    node: NodeCode,
    earlier: { readonly round: Uuid; readonly digest: Buffer },
    digest: Buffer,
  ): Promise<Result<RoundView>> {
    return earlier.digest.equals(digest)
      ? roundIn(sql, node, earlier.round)
      : Promise.resolve(refuse('request.key-reused', '幂等键已用于另一项操作'));
  }
}

/** The items of the stated set, if the plan can be applied to them. */
function baselineOf(plan: ReformPlan, newest: readonly ServiceItem[]): Result<ServiceItem[]> {
  const applied = applyPlan(plan, newest);
  if (!applied.ok) return applied;
  const scope = new Set(scopeOf(plan));
  return ok(newest.filter(({ code }) => scope.has(code)));
}
