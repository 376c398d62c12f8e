import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import {
  fromWire,
  refusalBytes,
  toWire,
  type Message,
  type RefusalMessage,
  type Request,
} from '@tongban/federation/transport';
import { sm3 } from '@tongban/journal';
import {
  isUuid,
  nextHop,
  ok,
  refuse,
  type Json,
  type NodeCode,
  type Refusal,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import type { SealedCommand } from './commands.js';
import type { HostParts } from './parts.js';
import type { Work } from './work.js';

/** A request or refusal is passed on at most this often; the tree is five tiers deep. */
const maxHops = 10;

/**
 * What is known of requests that come (again): answered are those with an entry, and those of this node's own that were
 * refused; refusals that went to others are given again.
 */
export interface KnownAnswers {
  readonly answered: ReadonlySet<Uuid>;
  /** Those that this transaction has dealt with: a restored node may be given one twice in one envelope. */
  readonly taken: Set<Uuid>;
  readonly refusals: ReadonlyMap<Uuid, Uint8Array>;
}

/** Answers requests at the owner, passes them and their refusals on elsewhere. */
export class Answers {
  constructor(private readonly parts: HostParts) {}

  /** A constant number of statements for all requests of an envelope, none when it brings none. */
  async known(work: Work, messages: readonly (Message | undefined)[]): Promise<KnownAnswers> {
    const { tx, node } = work;
    const asked = messages.flatMap((message) => (message?.kind === 'request' ? [message.request] : []));
    const ids = asked.map(({ id }) => id);
    if (ids.length === 0) return { answered: new Set(), refusals: new Map(), taken: new Set() };
    const entries = await tx.findEntriesById(node, ids);
    const refusals = await tx.findRefusals(node, ids);
    // Refused here while the record was here: the person knows, and nobody else was ever told.
    const own = asked.flatMap(({ id, origin }) => (origin === node ? [id] : []));
    const refusedHere = own.length === 0 ? [] : await tx.findRefusedRequests(node, own);
    return { answered: new Set([...entries.keys(), ...refusedHere]), refusals, taken: new Set() };
  }

  /** @param sender none for a request that has waited here */
  async take(work: Work, request: Request, known: KnownAnswers, sender?: NodeCode): Promise<'taken' | 'deferred'> {
    const { core, recovery } = this.parts;
    if (known.answered.has(request.id) || known.taken.has(request.id)) return 'taken';
    const again = sender !== undefined && core.cameThrough(work.node, sender, request.origin);
    if (again && !recovery.isOpen(work.node)) return 'taken';
    known.taken.add(request.id);
    const refusal = known.refusals.get(request.id);
    if (refusal !== undefined) this.refuseAgain(work, request, refusal);
    else if (this.mustWait(work, request, sender)) {
      const payload = toBinary(LinkMessageSchema, toWire({ kind: 'request', request }));
      await work.tx.deferRequest(work.node, { id: request.id, record: request.record, payload }, work.now);
      return 'deferred';
    } else await this.answer(work, request);
    return 'taken';
  }

  /** Another node's record is passed on even where entries of it are parked: its owner decides. */
  private mustWait(work: Work, { record }: Request, sender: NodeCode | undefined): boolean {
    const { core, recovery } = this.parts;
    if (!recovery.isOpen(work.node)) return true;
    const head = work.findHead(record);
    return !work.mayWrite(record) && core.waitsForParked(work.node, head?.offeredTo ?? head?.owner, sender);
  }

  /** The answer to a request at which the rules fail, unless it was answered meanwhile. */
  async giveUp(work: Work, request: Request, refusal: Refusal): Promise<void> {
    const known = await work.tx.findEntriesById(work.node, [request.id]);
    if (!known.has(request.id)) await this.refuseBack(work, request, refusal);
  }

  async passRefusal(work: Work, refusal: RefusalMessage): Promise<Result<void>> {
    if (refusal.origin === work.node) {
      await work.tx.refuseRequest(work.node, refusal.request, refusal.code, refusal.detail, work.now);
      return ok(undefined);
    }
    if (refusal.hops >= maxHops) return refuse('link.hops', 'the refusal did not find its origin');
    const hop = nextHop(work.node, refusal.origin)!;
    work.send(hop, { kind: 'refusal', refusal: { ...refusal, hops: refusal.hops + 1 } });
    return ok(undefined);
  }

  private async answer(work: Work, request: Request): Promise<void> {
    const head = work.findHead(request.record);
    if (head === undefined) {
      return this.refuseBack(work, request, { code: 'case.unknown', detail: 'the record is not held here' });
    }
    if (request.actor.role !== 'resident' && request.actor.division !== request.origin) {
      const detail = 'the actor is not of the origin';
      return this.refuseBack(work, request, { code: 'jurisdiction.division', detail });
    }
    const owner = head.offeredTo ?? head.owner;
    if (owner !== work.node) {
      if (request.hops >= maxHops)
        return this.refuseBack(work, request, { code: 'link.hops', detail: 'no owner found' });
      work.send(nextHop(work.node, owner)!, { kind: 'request', request: { ...request, hops: request.hops + 1 } });
      return;
    }
    const decided = await this.decide(work, request);
    if (!decided.ok) await this.refuseBack(work, request, decided.refusal);
  }

  private async decide(work: Work, request: Request): Promise<Result<void>> {
    const binding = work.binding(request.recordClass);
    const opened = await this.parts.sealer.open(request.sealedCommand, work.node);
    if (!opened.ok) return opened;
    const content = opened.value as unknown as SealedCommand;
    const command = binding.parseCommand(content.command as Json);
    if (!command.ok) return command;
    const context = {
      owner: work.node,
      record: request.record,
      actor: request.actor,
      ...(request.onBehalfOf === undefined ? {} : { onBehalfOf: request.onBehalfOf }),
      ...(isUuid(content.offlineGrant ?? '') ? { offlineGrant: content.offlineGrant! } : {}),
      occurredAt: request.occurredAt,
      now: work.now,
    };
    const state = work.findState(request.record);
    const guarded = await binding.guard(work.tx.sql, state, command.value, context);
    if (!guarded.ok) return guarded;
    const drafts = binding.rules.decide(state, command.value, context);
    if (!drafts.ok) return drafts;
    const named = typeof content.actorName === 'string' ? { actorName: content.actorName } : {};
    await work.append(request.record, request.recordClass, drafts.value, { ...request, ...named });
    return ok(undefined);
  }

  private async refuseBack(work: Work, request: Request, refusal: Refusal): Promise<void> {
    const hop = nextHop(work.node, request.origin);
    if (hop === undefined) {
      // The record has come to the node that had asked for it elsewhere.
      return work.tx.refuseRequest(work.node, request.id, refusal.code, refusal.detail, work.now);
    }
    const unsigned = {
      request: request.id,
      record: request.record,
      author: work.node,
      origin: request.origin,
      code: refusal.code,
      detail: refusal.detail,
      refusedAt: work.now,
    };
    const signature = this.parts.keystore.sign(work.node, sm3(refusalBytes(unsigned)));
    work.send(hop, { kind: 'refusal', refusal: { ...unsigned, hops: 0, signature } });
  }

  private refuseAgain(work: Work, request: Request, payload: Uint8Array): void {
    const hop = nextHop(work.node, request.origin);
    if (hop !== undefined) work.send(hop, messageOf(payload, 'refusal'));
  }
}

/** A message that this database wrote itself. */
export function messageOf<Kind extends Message['kind']>(
  payload: Uint8Array,
  kind: Kind,
): Extract<Message, { kind: Kind }> {
  const message = fromWire(fromBinary(LinkMessageSchema, payload));
  if (!message.ok || message.value.kind !== kind) throw new Error(`a stored message is not a ${kind}`);
  return message.value as Extract<Message, { kind: Kind }>;
}
