import { applyPlan, decideRound, type RoundEntry } from '@tongban/domain/reform';
import { sm3, type Sql } from '@tongban/journal';
import { canonicalJson, refuse, type Result, type Uuid } from '@tongban/kernel';
import type { ReformOptions, RoundPublication } from '../ports.js';
import { findBaseline, findCommand, insertEntry, lockRound } from '../store/entry-store.js';
import { byOf, roundIn, type Command, type RoundView } from './rounds.js';

export interface PublishRoundInput extends Command {
  readonly round: Uuid;
  readonly traceparent?: string;
}

const longestNote = 2_000;

/**
 * Publishes an approved round: all its versions and delegations in one publication of the catalogue, or none. That a
 * publication is under way is written down first, and it goes by the key of the round: whoever repeats the command after
 * a crash gets what the first attempt did.
 */
export class PublishRound {
  constructor(private readonly options: ReformOptions) {}

  /** Refuses reform.unknown, reform.state, request.key-reused and whatever the catalogue's publication does. */
  async publish(input: PublishRoundInput): Promise<Result<RoundView>> {
    const begun = await this.begin(input);
    if (!begun.ok || begun.value.state.status !== 'publishing') return begun;
    const done = await this.publishVersions(input, begun.value);
    return this.finish(input, done);
  }

  private begin(input: PublishRoundInput): Promise<Result<RoundView>> {
    const { node, round, actor, key } = input;
    const { transactor, clock } = this.options;
    const digest = sm3(Buffer.from(canonicalJson({ round, action: 'publish' })));
    return transactor.run(async (sql) => {
      await lockRound(sql, node, round);
      const earlier = await findCommand(sql, node, key);
      if (earlier !== undefined && !earlier.digest.equals(digest)) {
        return refuse('request.key-reused', '幂等键已用于另一项操作');
      }
      const found = await roundIn(sql, node, round);
      if (!found.ok || earlier !== undefined) return found;
      const decided = decideRound(found.value.state, 'publish', actor);
      if (!decided.ok) return decided;
      const entry: RoundEntry = { seq: found.value.state.seq + 1, action: 'publish', at: clock.now(), ...byOf(input) };
      await insertEntry(sql, node, round, { entry, command: { key, digest } });
      return roundIn(sql, node, round);
    });
  }

  private async publishVersions(input: PublishRoundInput, { state }: RoundView): Promise<Result<RoundPublication>> {
    const { transactor, catalogue } = this.options;
    const { node, round, actor, traceparent } = input;
    const baseline = await transactor.run((sql) => findBaseline(sql, node, round));
    if (baseline === undefined) throw new Error(`the round ${round} was approved without a baseline`);
    const applied = applyPlan(state.plan, baseline);
    if (!applied.ok) return applied;
    const { versions, delegations } = applied.value;
    const command = {
      node,
      catalogue: { items: [...versions], delegations: [...delegations] },
      actor,
      // One publication for a round, whoever asks for it and how often.
      key: round,
    };
    return catalogue.publish(traceparent === undefined ? command : { ...command, traceparent });
  }

  private finish(input: PublishRoundInput, done: Result<RoundPublication>): Promise<Result<RoundView>> {
    const { node, round } = input;
    return this.options.transactor.run(async (sql) => {
      await lockRound(sql, node, round);
      const found = await roundIn(sql, node, round);
      if (!found.ok) return found;
      const { status } = found.value.state;
      // Another process that took the publication up has finished it.
      if (status === 'publishing') await this.append(sql, input, found.value, done);
      return done.ok ? roundIn(sql, node, round) : done;
    });
  }

  private append(
    sql: Sql,
    input: PublishRoundInput,
    { state }: RoundView,
    done: Result<RoundPublication>,
  ): Promise<void> {
    const outcome = done.ok
      ? { action: 'published' as const, note: `发布 ${done.value.published} 条记录` }
      : { action: 'notPublished' as const, note: noteOf(done.refusal) };
    const entry: RoundEntry = { seq: state.seq + 1, at: this.options.clock.now(), ...byOf(input), ...outcome };
    return insertEntry(sql, input.node, input.round, { entry });
  }
}

const noteOf = ({ code, detail }: { readonly code: string; readonly detail: string }): string =>
  `${code}：${detail}`.slice(0, longestNote);
