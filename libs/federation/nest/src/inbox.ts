import type { Envelope } from '@tongban/contract';
import { receive } from '@tongban/federation/core';
import { refusalBytes, type Message, type RefusalMessage, type Request } from '@tongban/federation/transport';
import { sm3, type KeyDirectory, type Sql } from '@tongban/journal';
import { nextHop, ok, refuse, type Json, type NodeCode, type Refusal, type Result } from '@tongban/kernel';
import type { SealedCommand, Transactor } from './commands.js';
import { traceparentOfMessages, type Traced } from './traced.js';
import { findReceiver, lockReceiver, saveReceiver, type LinkPosition } from './store/link-store.js';
import { insertQuarantined, type Quarantined } from './store/quarantine-store.js';
import { refuseRequest } from './store/request-store.js';
import { openEnvelope, verifyMessages, type OpenEnvelope } from './verify.js';
import { Work, type WorkTools } from './work.js';

/** A request or refusal is passed on at most this often; the tree is five tiers deep. */
const maxHops = 10;

export interface InboxResult {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly incarnation: string;
  readonly applied: number;
  readonly gap: boolean;
  readonly quarantined: number;
  /** Entries of other nodes that this envelope brought. */
  readonly entries: number;
}

/** Applies what neighbours send: one transaction per envelope, then the receipt, then the courier's acknowledgement. */
export class Inbox {
  constructor(
    private readonly transactor: Transactor,
    private readonly tools: WorkTools,
    private readonly directory: KeyDirectory,
    private readonly clock: { now(): number },
    private readonly committed: (positions: readonly LinkPosition[]) => void,
    private readonly traced: Traced,
  ) {}

  /** Refusals mean the envelope is not genuine: it is neither applied nor acknowledged by receipt. */
  async accept(envelope: Envelope): Promise<Result<InboxResult>> {
    const opened = openEnvelope(this.directory, envelope);
    if (!opened.ok) return opened;
    const { sender, receiver } = opened.value;
    return this.traced(traceparentOf(opened.value), 'apply', { sender, receiver }, async () => {
      const { result, positions } = await this.transactor.run((sql) => this.apply(sql, opened.value));
      this.committed(positions);
      return ok(result);
    });
  }

  private async apply(sql: Sql, envelope: OpenEnvelope) {
    const { sender, receiver, incarnation, firstSeq } = envelope;
    const now = this.clock.now();
    const base = { sender, receiver, incarnation, quarantined: 0, entries: 0 };
    const state = await lockReceiver(sql, receiver, sender);
    const reception = receive(state, { incarnation, first: firstSeq, count: envelope.messages.length });
    if (reception.kind !== 'apply') {
      const applied = state.incarnation === incarnation ? state.applied : 0;
      return { result: { ...base, applied, gap: reception.kind === 'gap' }, positions: [] };
    }
    const fresh = envelope.messages.slice(reception.skip);
    const work = new Work(sql, receiver, this.tools, now);
    const outcome = await this.applyMessages(work, sender, fresh);
    const quarantined = outcome.refused.map(({ index, refusal, record }): Quarantined => ({
      linkSeq: firstSeq + reception.skip + index,
      code: refusal.code,
      detail: refusal.detail,
      payload: fresh[index]!.payload(),
      ...(record === undefined ? {} : { record }),
    }));
    const positions = await work.flush();
    await insertQuarantined(sql, receiver, sender, incarnation, quarantined, now);
    await saveReceiver(sql, receiver, sender, reception.next, now);
    const result = {
      ...base,
      applied: reception.next.applied,
      gap: false,
      quarantined: quarantined.length,
      entries: work.entries.length,
    };
    return { result, positions };
  }

  private async applyMessages(work: Work, sender: NodeCode, fresh: OpenEnvelope['messages']) {
    const messages = fresh.map(({ message }) => (message.ok ? message.value : undefined));
    const unverified = verifyMessages(this.directory, messages);
    await work.load(messages.flatMap((message) => (message === undefined ? [] : [recordOf(message)])));
    const answered = await this.answeredRequests(work, messages);
    const refused: { index: number; refusal: Refusal; record?: string }[] = [];
    for (const [index, { message }] of fresh.entries()) {
      const applied = message.ok
        ? (unverified.get(index) ?? (await this.applyOne(work, sender, message.value, answered)))
        : message;
      if (applied.ok) continue;
      const record = message.ok ? recordOf(message.value).record : undefined;
      refused.push({ index, refusal: applied.refusal, ...(record === undefined ? {} : { record }) });
    }
    return { refused };
  }

  private async applyOne(
    work: Work,
    sender: NodeCode,
    message: Message,
    answered: ReadonlySet<string>,
  ): Promise<Result<void>> {
    switch (message.kind) {
      case 'entry':
        return work.applyRemote(message.entry, sender);
      case 'request':
        if (!answered.has(message.request.id)) await this.answer(work, message.request);
        return ok(undefined);
      case 'refusal':
        return this.passRefusal(work, message.refusal);
    }
  }

  private async answer(work: Work, request: Request): Promise<void> {
    const head = work.findHead(request.record);
    if (head === undefined) {
      return this.refuseBack(work, request, { code: 'case.unknown', detail: 'the record is not held here' });
    }
    if (request.actor.role !== 'resident' && request.actor.division !== request.origin) {
      return this.refuseBack(work, request, {
        code: 'jurisdiction.division',
        detail: 'the actor is not of the origin',
      });
    }
    const owner = head.offeredTo ?? head.owner;
    if (owner !== work.node) {
      if (request.hops >= maxHops)
        return this.refuseBack(work, request, { code: 'link.hops', detail: 'no owner found' });
      work.send(nextHop(work.node, owner)!, { kind: 'request', request: { ...request, hops: request.hops + 1 } });
      return;
    }
    const decided = await this.decide(work, request);
    if (!decided.ok) this.refuseBack(work, request, decided.refusal);
  }

  private async decide(work: Work, request: Request): Promise<Result<void>> {
    const binding = work.binding(request.recordClass);
    const opened = await this.tools.sealer.open(request.sealedCommand, work.node);
    if (!opened.ok) return opened;
    const content = opened.value as unknown as SealedCommand;
    const command = binding.parseCommand(content.command as Json);
    if (!command.ok) return command;
    const context = {
      owner: work.node,
      record: request.record,
      actor: request.actor,
      ...(request.onBehalfOf === undefined ? {} : { onBehalfOf: request.onBehalfOf }),
      occurredAt: request.occurredAt,
      now: work.now,
    };
    const state = work.findState(request.record);
    const guarded = await binding.guard(work.sql, state, command.value, context);
    if (!guarded.ok) return guarded;
    const drafts = binding.rules.decide(state, command.value, context);
    if (!drafts.ok) return drafts;
    const named = typeof content.actorName === 'string' ? { actorName: content.actorName } : {};
    await work.append(request.record, request.recordClass, drafts.value, { ...request, ...named });
    return ok(undefined);
  }

  private refuseBack(work: Work, request: Request, refusal: Refusal): void {
    const unsigned = {
      request: request.id,
      record: request.record,
      author: work.node,
      origin: request.origin,
      code: refusal.code,
      detail: refusal.detail,
      refusedAt: work.now,
    };
    const signature = this.tools.keystore.sign(work.node, sm3(refusalBytes(unsigned)));
    const hop = nextHop(work.node, request.origin);
    if (hop !== undefined) work.send(hop, { kind: 'refusal', refusal: { ...unsigned, hops: 0, signature } });
  }

  private async passRefusal(work: Work, refusal: RefusalMessage): Promise<Result<void>> {
    if (refusal.origin === work.node) {
      await refuseRequest(work.sql, work.node, refusal.request, refusal.code, refusal.detail, work.now);
      return ok(undefined);
    }
    if (refusal.hops >= maxHops) return refuse('link.hops', 'the refusal did not find its origin');
    const hop = nextHop(work.node, refusal.origin)!;
    work.send(hop, { kind: 'refusal', refusal: { ...refusal, hops: refusal.hops + 1 } });
    return ok(undefined);
  }

  /** A request whose entry is written already (its sender came back from a backup) has its answer. */
  private async answeredRequests(work: Work, messages: readonly (Message | undefined)[]): Promise<Set<string>> {
    const ids = messages.flatMap((message) => (message?.kind === 'request' ? [message.request.id] : []));
    if (ids.length === 0) return new Set();
    const rows = await work.sql.query<{ id: string }>('select id from entry where node = $1 and id = any($2)', [
      work.node,
      ids,
    ]);
    return new Set(rows.map((row) => row.id));
  }

  /** What this node has applied on a link, for a receipt that is asked for again. */
  standing(receiver: NodeCode, sender: NodeCode) {
    return this.transactor.run((sql) => findReceiver(sql, receiver, sender));
  }
}

const traceparentOf = (envelope: OpenEnvelope): string | undefined =>
  traceparentOfMessages(envelope.messages.map(({ message }) => (message.ok ? message.value : undefined)));

function recordOf(message: Message): { record: string; recordClass: string } {
  switch (message.kind) {
    case 'entry':
      return message.entry;
    case 'request':
      return message.request;
    case 'refusal':
      return { record: message.refusal.record, recordClass: '' };
  }
}
