import {
  nextHop,
  refuse,
  ok,
  RefusalError,
  type Actor,
  type NodeCode,
  type Refusal,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { sm3, type Sql } from '@tongban/journal';
import { requestBytes, type Request } from '@tongban/federation/transport';
import type { JsonObject } from '@tongban/kernel';
import type { RecordHead } from '@tongban/federation/core';
import { messageLimits } from './limits.js';
import type { HostParts } from './parts.js';
import type { StoreTx } from './store/port.js';
import { Work } from './work.js';

export interface CommandInput<State, Command> {
  readonly node: NodeCode;
  /** Idempotency key: the id of the entry or request that the command becomes. */
  readonly key: Uuid;
  /** Digest of what was asked; the same key with another digest is refused. */
  readonly digest: Uint8Array;
  readonly recordClass: string;
  readonly record: Uuid;
  /** Refused with request.stale when the record has moved on. */
  readonly expectedSeq?: number;
  /** The command is only valid where the record begins. */
  readonly begins?: boolean;
  /** Builds the command inside the transaction, from what the node holds. */
  readonly command: (sql: Sql, state: State | undefined) => Promise<Result<Command & { readonly type: string }>>;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  readonly occurredAt: number;
  readonly traceparent?: string;
  readonly actorName?: string;
  /** The grant by which the actor had logged in without the identity provider. */
  readonly offlineGrant?: Uuid;
}

/** What a request carries under its seal. */
export interface SealedCommand {
  readonly command: JsonObject;
  readonly actorName?: string;
  readonly offlineGrant?: Uuid;
}

export type CommandOutcome = {
  readonly record: Uuid;
  readonly state: 'done' | 'requested';
  /** Number of the newest entry; absent for a request. */
  readonly seq?: number;
  readonly request?: Uuid;
};

const uniqueViolation = '23505';
/** A concurrent command with the same key shows up as a unique violation; the second look finds its outcome. */
const maxAttempts = 3;

export class Commands {
  constructor(private readonly parts: HostParts) {}

  async execute<State, Command>(input: CommandInput<State, Command>): Promise<Result<CommandOutcome>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { outcome, positions } = await this.parts.store.run((tx) => this.attempt(tx, input));
        this.parts.committed(positions);
        return ok(outcome);
      } catch (error) {
        if (error instanceof RefusalError) return this.refusedOrDone(input, error.refusal);
        if ((error as { code?: string }).code !== uniqueViolation) throw error;
        if (attempt < maxAttempts) continue;
        const outcome = await this.parts.store.run((tx) => entryOutcome(tx, input));
        if (outcome === undefined) throw error;
        return ok(outcome);
      }
    }
  }

  /** A repeat that came while the first one was committing was judged by what the first one had done: it gets its answer. */
  private async refusedOrDone<State, Command>(
    { node, key, digest }: CommandInput<State, Command>,
    refusal: Refusal,
  ): Promise<Result<CommandOutcome>> {
    const done = await this.parts.store.run((tx) => tx.findCommand(node, key));
    const isSame = done !== undefined && Buffer.from(digest).equals(done.digest);
    return isSame ? ok(done.outcome as unknown as CommandOutcome) : { ok: false, refusal };
  }

  private async attempt<State, Command>(tx: StoreTx, input: CommandInput<State, Command>) {
    const earlier = await tx.findCommand(input.node, input.key);
    if (earlier !== undefined) {
      if (!Buffer.from(input.digest).equals(earlier.digest)) {
        throw refusalOf(refuse('request.key-reused', `key ${input.key} was used for another command`));
      }
      return { outcome: earlier.outcome as unknown as CommandOutcome, positions: [] };
    }
    this.checkOpen(input.node);
    const now = this.parts.clock.now();
    const work = new Work(tx, input.node, this.parts, now);
    await work.load([{ record: input.record, recordClass: input.recordClass }]);
    // With the head locked no entry can arrive any more that would be this command's.
    const regained = this.parts.recovery.restored ? await entryOutcome(tx, input) : undefined;
    if (regained !== undefined) return { outcome: regained, positions: [] };
    if (input.begins === true) {
      const may = await this.parts.mayBegin?.(tx.sql, input.node);
      if (may?.ok === false) throw refusalOf(may);
    }
    const head = work.findHead(input.record);
    this.checkParked(work, head, input);
    this.checkHead(head, input);
    const state = work.findState(input.record) as State | undefined;
    const command = await input.command(tx.sql, state);
    if (!command.ok) throw refusalOf(command);
    const owned = head === undefined || (head.owner === input.node && head.offeredTo === undefined);
    const outcome = owned
      ? await this.decideHere(work, input, state, command.value)
      : await this.askOwner(work, input, state, command.value, head.offeredTo ?? head.owner);
    const positions = await work.flush();
    await tx.insertCommand(input.node, input.key, input.digest, outcome, now);
    return { outcome, positions };
  }

  /**
   * A restored database may have forgotten a command: it waits for what the neighbours hold, and then finds the command's
   * entry among it. Refusal: service.unavailable.
   */
  private checkOpen(node: NodeCode): void {
    if (this.parts.recovery.isOpen(node)) return;
    throw refusalOf(refuse('service.unavailable', 'the neighbours are giving back what a restored database lacks'));
  }

  /** Refusals: link.parked, service.unavailable. */
  private checkParked(work: Work, head: RecordHead | undefined, { node, record }: { node: NodeCode; record: Uuid }) {
    if (head !== undefined && (head.offeredTo ?? head.owner) !== node) return;
    if (!work.mayWrite(record)) throw refusalOf(refuse('link.parked', 'entries of the record wait to be applied here'));
    if (head?.offeredTo === node)
      throw refusalOf(refuse('service.unavailable', 'the record is about to be taken over'));
  }

  private checkHead(
    head: { seq: number; recordClass: string } | undefined,
    input: { begins?: boolean; expectedSeq?: number; record: Uuid; recordClass: string },
  ): void {
    const unknown = input.recordClass === 'mandate' ? 'mandate.unknown' : 'case.unknown';
    if (input.begins === true && head !== undefined) {
      throw refusalOf(refuse('request.key-reused', 'the record exists already'));
    }
    if (input.begins !== true && head === undefined) {
      throw refusalOf(refuse(unknown, `no ${input.recordClass} ${input.record} at this node`));
    }
    // The rules of one class cannot judge what another one has made.
    if (head !== undefined && head.recordClass !== input.recordClass) {
      throw refusalOf(refuse(unknown, `${input.record} is no ${input.recordClass}`));
    }
    if (input.expectedSeq !== undefined && head !== undefined && head.seq !== input.expectedSeq) {
      throw refusalOf(refuse('request.stale', `the record is at ${head.seq}`, { seq: head.seq }));
    }
  }

  private async decideHere<State, Command>(
    work: Work,
    input: CommandInput<State, Command>,
    state: State | undefined,
    command: Command,
  ): Promise<CommandOutcome> {
    const binding = work.binding(input.recordClass);
    const context = {
      owner: input.node,
      record: input.record,
      actor: input.actor,
      ...(input.onBehalfOf === undefined ? {} : { onBehalfOf: input.onBehalfOf }),
      ...(input.offlineGrant === undefined ? {} : { offlineGrant: input.offlineGrant }),
      occurredAt: input.occurredAt,
      now: work.now,
    };
    const guarded = await binding.guard(work.tx.sql, state, command, context);
    if (!guarded.ok) throw refusalOf(guarded);
    const drafts = binding.rules.decide(state, command, context);
    if (!drafts.ok) throw refusalOf(drafts);
    await work.append(input.record, input.recordClass, drafts.value, { ...input, id: input.key });
    return { record: input.record, state: 'done', seq: work.findHead(input.record)!.seq };
  }

  private async askOwner<State, Command>(
    work: Work,
    input: CommandInput<State, Command>,
    state: State | undefined,
    command: Command & { readonly type: string },
    owner: NodeCode,
  ): Promise<CommandOutcome> {
    const binding = work.binding(input.recordClass);
    const recipients = [owner, ...(state === undefined ? [] : binding.recipients(state))];
    const content: SealedCommand = {
      command: command as unknown as JsonObject,
      ...(input.actorName === undefined ? {} : { actorName: input.actorName }),
      ...(input.offlineGrant === undefined ? {} : { offlineGrant: input.offlineGrant }),
    };
    const sealedCommand = await this.parts.sealer.seal({ ...content }, recipients);
    if (Buffer.byteLength(sealedCommand) + messageLimits.messageOverheadBytes > messageLimits.maxMessageBytes) {
      throw refusalOf(refuse('request.too-large', '一次办理的内容过多，请精简后再提交'));
    }
    const unsigned: Omit<Request, 'signature'> = {
      id: input.key,
      record: input.record,
      recordClass: input.recordClass,
      origin: input.node,
      commandType: command.type,
      actor: input.actor,
      ...(input.onBehalfOf === undefined ? {} : { onBehalfOf: input.onBehalfOf }),
      occurredAt: input.occurredAt,
      sealedCommand,
      hops: 0,
      ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
    };
    const request = { ...unsigned, signature: this.parts.keystore.sign(input.node, sm3(requestBytes(unsigned))) };
    await work.tx.insertRequest(
      input.node,
      {
        id: input.key,
        record: input.record,
        recordClass: input.recordClass,
        commandType: command.type,
        subject: input.actor.subject,
      },
      work.now,
    );
    work.send(nextHop(input.node, owner)!, { kind: 'request', request });
    return { record: input.record, state: 'requested', request: input.key };
  }
}

/** What a command became whose own row is gone: retention drops it, a restore forgets it; its entry stays. */
async function entryOutcome(
  tx: StoreTx,
  { node, key }: { readonly node: NodeCode; readonly key: Uuid },
): Promise<CommandOutcome | undefined> {
  const entry = (await tx.findEntriesById(node, [key])).get(key);
  return entry === undefined ? undefined : { record: entry.record, state: 'done', seq: entry.seq };
}

function refusalOf(result: Result<never> | Result<unknown>): RefusalError {
  if (result.ok) throw new Error('not a refusal');
  return new RefusalError(result.refusal);
}
