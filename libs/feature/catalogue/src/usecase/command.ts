import { sm3, type Keystore, type Sql } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  refuse,
  type Actor,
  type Json,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import type { CaseUsage, PublicFileCheck } from '../ports.js';
import type { StandingView } from '../standing/standings.js';
import { findPublication, insertPublication, lockPublisher } from '../store/publication-store.js';
import type { Transactor } from '../store/transactor.js';

/** What every command of the catalogue works with. */
export interface WriteTools {
  readonly transactor: Transactor;
  readonly keystore: Keystore;
  readonly clock: { now(): number };
  /** Called after a commit that left something to be sent. */
  readonly committed: () => Promise<void>;
  /** Absent where casework is not wired: then nobody can say that nothing is running. */
  readonly caseUsage?: CaseUsage | undefined;
  /** Absent where no public files are kept: then no version may name one that is new. */
  readonly files?: PublicFileCheck | undefined;
  /** How the nodes below a node stand; see GET /nodes/{node}/catalogue/standing. */
  readonly standing: (node: NodeCode) => StandingView;
}

/** Who commands what, where, and under which idempotency key. */
export interface CommandInput {
  readonly node: NodeCode;
  readonly actor: Actor;
  /** Of the person behind the actor, where the token says it. */
  readonly actorName?: string | undefined;
  readonly key: Uuid;
  readonly traceparent?: string;
}

/** Tells whether two commands with one key are the same command. */
export const commandDigest = (command: unknown): Buffer => sm3(Buffer.from(canonicalJson(command as Json)));

/**
 * Runs a command once per key, alone at its node, in one transaction: the same key gives the same answer again, and is
 * refused with request.key-reused for another command. A refusal is not remembered.
 */
export async function once<Outcome>(
  tools: WriteTools,
  { node, actor, key }: CommandInput,
  command: unknown,
  body: (sql: Sql) => Promise<Result<Outcome>>,
): Promise<Result<Outcome>> {
  const digest = commandDigest(command);
  let isNew = false;
  const done = await tools.transactor.run(async (sql) => {
    await lockPublisher(sql, node);
    const earlier = await findPublication<Outcome>(sql, node, key);
    if (earlier !== undefined) {
      return earlier.digest.equals(digest)
        ? ok(earlier.outcome)
        : refuse('request.key-reused', '幂等键已用于另一次目录操作');
    }
    const outcome = await body(sql);
    if (!outcome.ok) return outcome;
    await insertPublication(sql, node, key, digest, actor, outcome.value, tools.clock.now());
    isNew = true;
    return outcome;
  });
  if (done.ok && isNew) await tools.committed();
  return done;
}
