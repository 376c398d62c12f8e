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
import { signRecord } from '../record.js';
import { enqueueRecords } from '../store/outbox-store.js';
import { findPublication, insertPublication, lockPublisher, type Publication } from '../store/publication-store.js';
import { insertRecords, readPublishers } from '../store/record-store.js';
import type { Transactor } from '../store/transactor.js';
import { decidePublication, type CataloguePart, type NewVersion } from './decide-publication.js';
import { heldVersion, publishersFor, type HeldVersion } from './held.js';

export interface PublishInput {
  readonly node: NodeCode;
  readonly catalogue: CataloguePart;
  readonly actor: Actor;
  /** Idempotency key of the command. */
  readonly key: Uuid;
  readonly traceparent?: string;
}

export interface PublishTools {
  readonly transactor: Transactor;
  readonly keystore: Keystore;
  readonly clock: { now(): number };
  /** Called after the commit, when there is something to be sent. */
  readonly committed: () => Promise<void>;
}

const digestOf = (catalogue: CataloguePart): Buffer => sm3(Buffer.from(canonicalJson(catalogue as unknown as Json)));

/**
 * Publishes a part of a node's catalogue, all or nothing, in one transaction: checked, signed, stored and put into the
 * outbox. The same key gives the same answer again; with another content it is refused with request.key-reused.
 */
export class PublishCatalogue {
  constructor(private readonly tools: PublishTools) {}

  async publish(input: PublishInput): Promise<Result<Publication>> {
    const digest = digestOf(input.catalogue);
    const done = await this.tools.transactor.run((sql) => this.attempt(sql, input, digest));
    if (done.ok && done.value.published > 0) await this.tools.committed();
    return done;
  }

  private async attempt(sql: Sql, input: PublishInput, digest: Buffer): Promise<Result<Publication>> {
    const { node, catalogue, actor, key, traceparent } = input;
    await lockPublisher(sql, node);
    const earlier = await findPublication(sql, node, key);
    if (earlier !== undefined) {
      return earlier.digest.equals(digest)
        ? ok(earlier.outcome)
        : refuse('request.key-reused', '幂等键已用于另一次目录发布');
    }
    const decision = decidePublication(node, catalogue, await held(sql, node));
    if (!decision.ok) return decision;
    const { versions, unchanged } = decision.value;
    const now = this.tools.clock.now();
    const records = versions.map((version) => this.signed(node, version, now));
    await insertRecords(sql, records, now);
    await enqueueRecords(sql, records, 'published', traceparent);
    const outcome: Publication = {
      published: records.length,
      unchanged,
      items: catalogue.items?.length ?? 0,
      departments: catalogue.departments?.length ?? 0,
      delegations: catalogue.delegations?.length ?? 0,
    };
    await insertPublication(sql, node, key, digest, actor, outcome, now);
    return ok(outcome);
  }

  private signed(publisher: NodeCode, { content, key, version, state }: NewVersion, publishedAt: number) {
    const record = { publisher, kind: content.kind, key, version, state, publishedAt, withdrawn: false };
    return signRecord(this.tools.keystore, record);
  }
}

async function held(sql: Sql, node: NodeCode): Promise<HeldVersion[]> {
  const records = await readPublishers(sql, publishersFor(node));
  return records.map(heldVersion);
}
