import { localDate } from '@tongban/domain/calendar';
import { isNodeCode, isWithin, ok, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import type { RunningCases } from '../ports.js';
import type { RecordKind } from '../record.js';
import { withdrawPublishedDrafts } from '../store/draft-store.js';
import { appendRecords, heldAround, signedTombstone } from './append-records.js';
import { once, type CommandInput, type WriteTools } from './command.js';
import type { HeldVersion } from './held.js';
import { findUses, isUsed, useLines, type RecordUses } from './uses.js';

export interface WithdrawInput extends CommandInput {
  readonly kind: RecordKind;
  readonly recordKey: string;
  readonly reason: string;
  /** Withdraws it although it is used; the reason answers for that. */
  readonly force: boolean;
}

export interface Withdrawal {
  readonly kind: RecordKind;
  readonly key: string;
  /** Number of the tombstone. */
  readonly version: number;
  readonly uses: RecordUses;
}

/** Takes a record of the node out of the catalogue. Cases keep the version they began with. */
export class WithdrawRecord {
  constructor(private readonly tools: WriteTools) {}

  /** Refusals: catalogue.unknown, catalogue.in-use with what uses it, request.key-reused. */
  async withdraw(input: WithdrawInput): Promise<Result<Withdrawal>> {
    const { node, kind, recordKey, reason, force, actor, actorName } = input;
    const counted = kind === 'item' ? await this.tools.caseUsage?.countRunning(node, recordKey) : undefined;
    const command = { withdraw: { kind, key: recordKey, reason, force } };
    return once(this.tools, input, command, async (sql) => {
      const held = await heldAround(sql, node);
      const newest = newestOf(held, node, kind, recordKey);
      if (newest === undefined || newest.withdrawn) {
        return refuse('catalogue.unknown', `本级目录中没有 ${recordKey}，或已撤回`, { kind, key: recordKey });
      }
      const now = this.tools.clock.now();
      const found = findUses(held, node, kind, recordKey, localDate(now));
      const cases = await this.casesOf(node, newest, counted);
      const uses = { ...found, cases: cases ?? [], casesCounted: cases !== undefined };
      if (!force && isUsed(uses)) {
        const lines = useLines(uses);
        return refuse('catalogue.in-use', `正在使用，不能撤回：${lines.length} 处`, { uses: lines });
      }
      const version = newest.id.version + 1;
      const record = signedTombstone(
        this.tools.keystore,
        { publisher: node, kind, key: recordKey, version },
        reason,
        now,
      );
      await appendRecords(sql, [record], now, input.traceparent);
      if (kind === 'item') await withdrawPublishedDrafts(sql, node, recordKey, { actor, actorName, reason, now });
      return ok({ kind, key: recordKey, version, uses });
    });
  }

  /** Cases stand on items, and on delegations at those who hold them; undefined when nobody can count them. */
  private async casesOf(
    node: NodeCode,
    { id, content }: HeldVersion,
    counted: readonly RunningCases[] | undefined,
  ): Promise<readonly RunningCases[] | undefined> {
    if (id.kind === 'item') return counted;
    if (content?.kind !== 'delegation') return [];
    const { item, to } = content.value;
    const all = await this.tools.caseUsage?.countRunning(node, item);
    return all?.filter((cases) => (isNodeCode(to) ? isWithin(cases.node, to) : tierOf(cases.node) === to));
  }
}

function newestOf(
  held: readonly HeldVersion[],
  publisher: NodeCode,
  kind: RecordKind,
  key: string,
): HeldVersion | undefined {
  let newest: HeldVersion | undefined;
  for (const version of held) {
    const { id } = version;
    if (id.publisher !== publisher || id.kind !== kind || id.key !== key) continue;
    if (newest === undefined || newest.id.version < id.version) newest = version;
  }
  return newest;
}
