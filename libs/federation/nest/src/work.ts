import { toBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import type { HeadEntry, RecordHead } from '@tongban/federation/core';
import { toWire, type Message } from '@tongban/federation/transport';
import { chainStart, hashEntry, sm3, viewOf, type Entry, type UnhashedEntry } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  ownershipTypes,
  refuse,
  RefusalError,
  type Actor,
  type Draft,
  type JsonObject,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import type { RecordClassBinding } from './binding.js';
import { entryBytes, messageLimits } from './limits.js';
import type { HostParts } from './parts.js';
import type { LinkPosition, Outgoing, StoreTx } from './store/port.js';

export type WorkParts = Pick<HostParts, 'bindings' | 'keystore' | 'sealer' | 'core' | 'recovery' | 'parked'>;

/** Who gave a command and when; the same for all entries that it makes. */
export interface Authorship {
  readonly id: Uuid;
  readonly actor: Actor;
  readonly onBehalfOf?: string;
  readonly occurredAt: number;
  readonly traceparent?: string;
  /** The person's name as the certificate and the province want it; sealed with the first entry. */
  readonly actorName?: string;
}

/**
 * One transaction at one node, in memory: heads and states of the records it touches, the entries it writes, the
 * messages it sends. `flush` writes all of it with a constant number of statements, however many messages came.
 */
export class Work {
  private readonly heads = new Map<Uuid, RecordHead>();
  private readonly states = new Map<Uuid, unknown>();
  private readonly touched = new Set<Uuid>();
  private readonly written: Entry[] = [];
  private readonly outgoing = new Map<NodeCode, Outgoing[]>();

  constructor(
    readonly tx: StoreTx,
    readonly node: NodeCode,
    private readonly parts: WorkParts,
    readonly now: number,
  ) {}

  async load(records: readonly { readonly record: Uuid; readonly recordClass: string }[]): Promise<void> {
    const uuids = records.map(({ record }) => record);
    for (const [record, head] of await this.tx.lockHeads(this.node, uuids)) this.heads.set(record, head);
    const byClass = new Map<string, Uuid[]>();
    for (const head of this.heads.values()) {
      byClass.set(head.recordClass, [...(byClass.get(head.recordClass) ?? []), head.record]);
    }
    for (const [recordClass, uuids] of byClass) {
      const states = await this.binding(recordClass).load(this.tx.sql, this.node, uuids);
      for (const [record, state] of states) this.states.set(record, state);
    }
  }

  findHead(record: Uuid): RecordHead | undefined {
    return this.heads.get(record);
  }

  findState(record: Uuid): unknown {
    return this.states.get(record);
  }

  binding(recordClass: string): RecordClassBinding {
    const binding = this.parts.bindings.get(recordClass);
    if (binding === undefined) throw new Error(`no binding for record class ${recordClass}`);
    return binding;
  }

  /** Nothing is known to stand where this node's next entry of the record would. */
  mayWrite(record: Uuid): boolean {
    const { core, recovery, parked } = this.parts;
    return core.mayWrite({ recovering: !recovery.isOpen(this.node), parked: parked.has(this.node, record) });
  }

  /** Applies an entry of another node; its hash and signature have been verified. */
  async applyRemote(entry: Entry, cameFrom: NodeCode): Promise<Result<void>> {
    const binding = this.parts.bindings.get(entry.recordClass);
    const ownership = entry.type === ownershipTypes.offered || entry.type === ownershipTypes.taken;
    if (binding === undefined || !(ownership || binding.knows(entry.type, entry.version))) {
      return refuse('link.schema', `${entry.recordClass} ${entry.type} version ${entry.version} is not known here`);
    }
    const checked = ownership ? ok(undefined) : binding.check(viewOf(entry));
    if (!checked.ok) return checked;
    const head = this.heads.get(entry.record);
    const known = head !== undefined && entry.seq <= head.seq ? await this.heldHash(entry) : undefined;
    const admission = this.parts.core.admit(head, headEntryOf(entry), known);
    if (!admission.ok) return admission;
    if (admission.value.kind === 'known') return ok(undefined);
    this.record(entry, head, admission.value.head, binding, cameFrom);
    if (admission.value.head.offeredTo === this.node && this.mayWrite(entry.record)) await this.takeOver(entry);
    return ok(undefined);
  }

  /** Writes what a rule drafted; this node owns the record (or begins it, or takes it over). */
  async append(record: Uuid, recordClass: string, drafts: readonly Draft[], by: Authorship): Promise<void> {
    const binding = this.binding(recordClass);
    for (const [index, draft] of drafts.entries()) {
      const head = this.heads.get(record);
      const epoch = (head?.epoch ?? 1) + (draft.type === ownershipTypes.taken ? 1 : 0);
      const base: Omit<UnhashedEntry, 'sealed'> = {
        id: index === 0 ? by.id : derivedId(by.id, `${draft.type} ${index}`),
        record,
        recordClass,
        seq: (head?.seq ?? 0) + 1,
        epoch,
        type: draft.type,
        version: draft.version,
        author: this.node,
        actor: by.actor,
        ...(by.onBehalfOf === undefined ? {} : { onBehalfOf: by.onBehalfOf }),
        occurredAt: by.occurredAt,
        recordedAt: this.now,
        facts: canonicalJson(draft.facts),
        prevHash: head?.hash ?? chainStart,
        ...(by.traceparent === undefined ? {} : { traceparent: by.traceparent }),
      };
      const name = index === 0 ? by.actorName : undefined;
      const secret = name === undefined ? draft.sealed : { ...draft.sealed, handlerName: name };
      const entry = this.signed(await this.sealed(base, secret, binding));
      if (entryBytes(entry) > messageLimits.maxMessageBytes) {
        throw new RefusalError({ code: 'request.too-large', detail: '一次办理的内容过多，请精简后再提交' });
      }
      const admission = this.parts.core.admit(head, headEntryOf(entry));
      if (!admission.ok) throw new RefusalError(admission.refusal);
      if (admission.value.kind === 'known') throw new Error(`entry ${entry.id} was written before`);
      this.record(entry, head, admission.value.head, binding, undefined);
    }
  }

  /** Puts a request or a refusal on the link to a neighbour. */
  send(peer: NodeCode, message: Extract<Message, { kind: 'request' | 'refusal' }>): void {
    const record = message.kind === 'request' ? message.request.record : message.refusal.record;
    const request = message.kind === 'request' ? message.request.id : message.refusal.request;
    const payload = toBinary(LinkMessageSchema, toWire(message));
    this.push(peer, { kind: message.kind, record, request, payload, message });
  }

  /** Links last: their rows stay locked from here to the commit. */
  async flush(): Promise<LinkPosition[]> {
    if (this.written.length > 0) await this.tx.insertEntries(this.node, this.written, this.now);
    const heads = [...this.touched].map((record) => this.heads.get(record)!);
    if (heads.length > 0) await this.tx.saveHeads(this.node, heads, this.now);
    const byClass = new Map<string, RecordHead[]>();
    for (const head of heads) byClass.set(head.recordClass, [...(byClass.get(head.recordClass) ?? []), head]);
    for (const [recordClass, changed] of byClass) {
      const changes = changed.map((head) => ({ record: head.record, state: this.states.get(head.record), head }));
      const binding = this.binding(recordClass);
      await binding.save(this.tx.sql, this.node, changes, this.now);
      if (this.parts.recovery.restored) await binding.regain?.(this.tx.sql, this.node, changes);
    }
    const ids = this.written.map((entry) => entry.id);
    if (ids.length > 0) await this.tx.completeRequests(this.node, ids, this.now);
    return this.outgoing.size === 0 ? [] : this.tx.enqueue(this.node, this.outgoing, this.now);
  }

  get entries(): readonly Entry[] {
    return this.written;
  }

  private record(
    entry: Entry,
    before: RecordHead | undefined,
    after: RecordHead,
    binding: RecordClassBinding,
    cameFrom: NodeCode | undefined,
  ): void {
    this.states.set(entry.record, binding.rules.evolve(this.states.get(entry.record), viewOf(entry)));
    this.heads.set(entry.record, after);
    this.touched.add(entry.record);
    this.written.push(entry);
    for (const { to, from, until } of this.parts.core.forwards(this.node, before, after, cameFrom)) {
      for (let entrySeq = from; entrySeq < until; entrySeq++)
        this.push(to, { kind: 'entry', record: entry.record, entrySeq });
      this.push(to, { kind: 'entry', record: entry.record, entrySeq: until, message: { kind: 'entry', entry } });
    }
  }

  /** An offer to this node is taken as it arrives: from then on work goes on here, even if the link is cut again. */
  async takeOver(offer: Entry): Promise<void> {
    const actor: Actor = { subject: 'system', role: 'system', division: this.node };
    const draft: Draft = { type: ownershipTypes.taken, version: 1, facts: { from: offer.author } };
    await this.append(offer.record, offer.recordClass, [draft], {
      id: derivedId(offer.id, ownershipTypes.taken),
      actor,
      occurredAt: this.now,
      ...(offer.traceparent === undefined ? {} : { traceparent: offer.traceparent }),
    });
  }

  private async sealed(
    base: Omit<UnhashedEntry, 'sealed'>,
    secret: JsonObject | undefined,
    binding: RecordClassBinding,
  ): Promise<UnhashedEntry> {
    if (secret === undefined) return base;
    const view = viewOf({ ...base, hash: chainStart, signature: { suite: '', keyId: '', value: chainStart } });
    const state = binding.rules.evolve(this.states.get(base.record), view);
    const recipients = [this.node, ...binding.recipients(state)];
    return { ...base, sealed: await this.parts.sealer.seal(secret, recipients, { escrowed: true }) };
  }

  private signed(unhashed: UnhashedEntry): Entry {
    const hash = hashEntry(unhashed);
    return { ...unhashed, hash, signature: this.parts.keystore.sign(this.node, hash) };
  }

  private async heldHash(entry: Entry): Promise<Uint8Array | undefined> {
    const inThisWork = this.written.find((held) => held.record === entry.record && held.seq === entry.seq);
    return inThisWork?.hash ?? (await this.tx.findEntry(this.node, entry.record, entry.seq))?.hash;
  }

  private push(peer: NodeCode, message: Outgoing): void {
    const messages = this.outgoing.get(peer);
    if (messages === undefined) this.outgoing.set(peer, [message]);
    else messages.push(message);
  }
}

export function headEntryOf(entry: Entry): HeadEntry {
  const { record, recordClass, seq, epoch, type, author, prevHash, hash } = entry;
  const base = { record, recordClass, seq, epoch, type, author, prevHash, hash };
  if (type !== ownershipTypes.offered) return base;
  const { to } = JSON.parse(entry.facts) as { to?: unknown };
  return typeof to === 'string' ? { ...base, offerTo: to } : base;
}

/** Ids of entries that follow from another one: the same on every try (RFC 9562 version 8). */
export function derivedId(id: Uuid, purpose: string): Uuid {
  const bytes = sm3(Buffer.from(`${id} ${purpose}`)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
