import { planMend, type RecordHead } from '@tongban/federation/core';
import { viewOf, type Entry } from '@tongban/journal';
import { ok, ownershipTypes, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { isMessageFault } from '../faults.js';
import type { HostParts } from '../parts.js';
import { forgetDamage, noteDamage, readEntriesOf, setAside } from '../store/damage-store.js';
import type { LinkPosition, Outgoing, StoreTx } from '../store/port.js';
import { postgresTx, type Transactor } from '../store/postgres-store.js';
import { inspect, printOf, type Inspection } from './inspect.js';

export type MenderTools = Pick<
  HostParts,
  'bindings' | 'directory' | 'core' | 'clock' | 'recovery' | 'parked' | 'committed'
> & {
  readonly transactor: Transactor;
};

export type Mended = 'mended' | 'known';

interface Held {
  readonly head: RecordHead | undefined;
  readonly entries: readonly Entry[];
  readonly inspection: Inspection;
}

/** Brings copies of records back to what their owners signed; nothing is written that was not verified before. */
export class Mender {
  constructor(private readonly tools: MenderTools) {}

  /**
   * Takes a neighbour's whole copy of a record. Refusals: link.chain and the like when it is not genuine or goes on
   * otherwise than a sound copy here, link.gap when it is too short to mend ours, link.schema when it is too new.
   */
  async mend(node: NodeCode, offered: readonly Entry[], cameFrom: NodeCode): Promise<Result<Mended>> {
    const genuine = this.verify(offered);
    if (!genuine.ok) return genuine;
    const { record, recordClass } = offered[0]!;
    let positions: readonly LinkPosition[] = [];
    try {
      const outcome = await this.tools.transactor.run(async (sql): Promise<Result<Mended>> => {
        const tx = postgresTx(sql);
        const held = await this.read(tx, node, record, recordClass);
        const plan = planMend(held.inspection.copy, offered.map(printOf));
        if (plan.kind === 'forked') {
          const detail = `entry ${plan.at} differs from the one that ${cameFrom} holds, and both are genuine`;
          await noteDamage(sql, node, { record, seq: plan.at, code: 'link.chain', detail }, this.tools.clock.now());
          return refuse('link.chain', detail);
        }
        if (plan.kind === 'tooShort') return refuse('link.gap', `${cameFrom} holds ${offered.length} entries only`);
        if (plan.kind === 'known' && held.inspection.fault === undefined) {
          await forgetDamage(sql, node, record);
          return ok('known');
        }
        if (plan.kind === 'write') {
          await setAside(sql, node, record, plan.aside, reasonOf(held.inspection));
          const fresh = offered.filter(({ seq }) => plan.insert.includes(seq));
          await tx.insertEntries(node, fresh, this.tools.clock.now());
        }
        const [entries] = (await readEntriesOf(sql, node, [record])).values();
        await this.derive(tx, node, entries!);
        positions = await this.forward(tx, node, held, entries!, cameFrom);
        await forgetDamage(sql, node, record);
        return ok('mended');
      });
      if (outcome.ok) {
        const { core, parked } = this.tools;
        parked.makeDue(
          node,
          core.triedAgain((each) => parked.has(node, each), [record]),
        );
        this.tools.committed(positions);
      }
      return outcome;
    } catch (error) {
      if (!isMessageFault(error)) throw error;
      return refuse('link.chain', 'the copy does not fit what else is held here');
    }
  }

  /**
   * Looks at one record under lock: makes head and projection anew where the entries hold, notes the damage where they
   * do not. `sound`: nothing was wrong.
   */
  async check(node: NodeCode, record: Uuid): Promise<'sound' | 'mended' | 'damaged'> {
    return this.tools.transactor.run(async (sql) => {
      const tx = postgresTx(sql);
      const held = await this.read(tx, node, record, undefined);
      const { fault, copy } = held.inspection;
      if (fault !== undefined || held.entries.length === 0) {
        const { seq, code, detail } = fault ?? { seq: 1, code: 'link.gap', detail: 'no entry is left' };
        await noteDamage(sql, node, { record, seq, code, detail }, this.tools.clock.now());
        return 'damaged';
      }
      await forgetDamage(sql, node, record);
      if (copy.derivedFits) return 'sound';
      await this.derive(tx, node, held.entries);
      return 'mended';
    });
  }

  private verify(offered: readonly Entry[]): Result<void> {
    if (offered.length === 0) return refuse('link.gap', 'nothing is offered');
    const binding = this.tools.bindings.get(offered[0]!.recordClass);
    if (binding === undefined) return refuse('link.schema', `${offered[0]!.recordClass} is not known here`);
    for (const entry of offered) {
      if (entry.type === ownershipTypes.offered || entry.type === ownershipTypes.taken) continue;
      if (!binding.knows(entry.type, entry.version)) return refuse('link.schema', `${entry.type} is not known here`);
      const checked = binding.check(viewOf(entry));
      if (!checked.ok) return checked;
    }
    const { fault } = inspect(this.tools, offered);
    return fault === undefined ? ok(undefined) : refuse(fault.code, fault.detail);
  }

  private async read(tx: StoreTx, node: NodeCode, record: Uuid, recordClass: string | undefined): Promise<Held> {
    const head = (await tx.lockHeads(node, [record])).get(record);
    const [entries] = (await readEntriesOf(tx.sql, node, [record])).values();
    const binding = this.tools.bindings.get(head?.recordClass ?? entries![0]?.recordClass ?? recordClass ?? '');
    const state = (await binding?.load(tx.sql, node, [record]))?.get(record);
    return { head, entries: entries!, inspection: inspect(this.tools, entries!, { head, state }) };
  }

  /** Head and projection as the entries make them. */
  private async derive(tx: StoreTx, node: NodeCode, entries: readonly Entry[]): Promise<void> {
    const { heads, state, fault } = inspect(this.tools, entries);
    const head = heads.at(-1);
    if (fault !== undefined || head === undefined) throw new Error(`a mended copy does not hold: ${fault?.detail}`);
    const now = this.tools.clock.now();
    await tx.saveHeads(node, [head], now);
    const binding = this.tools.bindings.get(head.recordClass)!;
    const changes = [{ record: head.record, state, head }];
    await binding.save(tx.sql, node, changes, now);
    await binding.regain?.(tx.sql, node, changes);
    await tx.completeRequests(
      node,
      entries.map(({ id }) => id),
      now,
    );
  }

  /** Entries that are new to this node go on as if they had come over a link. */
  private async forward(
    tx: StoreTx,
    node: NodeCode,
    held: Held,
    entries: readonly Entry[],
    cameFrom: NodeCode,
  ): Promise<readonly LinkPosition[]> {
    const known = Math.max(held.entries.at(-1)?.seq ?? 0, held.head?.seq ?? 0);
    const { heads } = inspect(this.tools, entries);
    const byPeer = new Map<NodeCode, Outgoing[]>();
    for (const after of heads.slice(known)) {
      for (const { to, from, until } of this.tools.core.forwards(node, heads[after.seq - 2], after, cameFrom)) {
        const messages = byPeer.get(to) ?? [];
        for (let entrySeq = from; entrySeq <= until; entrySeq++)
          messages.push({ kind: 'entry', record: after.record, entrySeq });
        byPeer.set(to, messages);
      }
    }
    return byPeer.size === 0 ? [] : tx.enqueue(node, byPeer, this.tools.clock.now());
  }
}

const reasonOf = ({ fault }: Inspection): string =>
  fault === undefined ? 'link.chain' : `${fault.code} ${fault.detail}`;
