import { create, toBinary } from '@bufbuild/protobuf';
import { ReconciliationStatementSchema, type CatalogueRecord } from '@tongban/contract';
import type { AskClient, AskHandlers } from '@tongban/federation/transport';
import { sm3, type Keystore } from '@tongban/journal';
import { ok, parentOf, refuse, RefusalError, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import {
  askCancel,
  beginReconciliation,
  dropReconciliations,
  endReconciliation,
  findReconciliation,
  interruptRunning,
  type ReconciliationResult,
  type ReconciliationState,
  type SignedStatement,
} from '../store/reconciliation-store.js';
import { answering, type AnsweringTools } from './answering.js';
import { Compare, type Comparison } from './compare.js';
import { Mender } from './mender.js';
import { checkNode, type SelfCheck } from './self-check.js';

export const reconcilerLimits = {
  /** Nodes of one host that may wait for their turn; one runs at a time. */
  maxQueuedNodes: 4_096,
  bootstrapAttempts: 5,
  /** Signed statements are kept for three years. */
  keepStatementsMs: 3 * 366 * 24 * 3_600_000,
  cleanRows: 1_000,
} as const;

export type ReconcilerTools = AnsweringTools & {
  readonly nodes: readonly NodeCode[];
  readonly keystore: Pick<Keystore, 'sign'>;
  readonly above: AskClient | undefined;
  /** Asks the hosts of a node's children to compare with it. */
  readonly askChildren: (node: NodeCode) => void;
  /** Hand-overs that a mended record brought are taken up. */
  readonly takeUp: (node: NodeCode) => Promise<void>;
  readonly takeCatalogue?: (records: readonly CatalogueRecord[]) => Promise<void>;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
};

/** A node that waits for its turn or has it. */
interface Run {
  readonly id: Uuid;
  readonly cancelling: AbortController;
  /** Records that were checked so far; undefined before its turn. */
  checked?: number;
}

/** Compares what this host's nodes hold with their parents, and mends what differs. One node at a time. */
export class Reconciler {
  readonly handlers: AskHandlers;
  readonly mender: Mender;
  private readonly stopping = new AbortController();
  private tail: Promise<unknown> = Promise.resolve();
  private readonly queued = new Map<NodeCode, Run>();

  constructor(private readonly tools: ReconcilerTools) {
    this.mender = new Mender(tools);
    this.handlers = answering(tools, this.mender);
  }

  async start(): Promise<void> {
    const { transactor, nodes, clock } = this.tools;
    await transactor.run((sql) => interruptRunning(sql, nodes, clock.now()));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.tail;
  }

  /**
   * Puts a node into the queue under the id; a node that waits or runs already keeps its earlier id, which is returned.
   * `whole` asks its children to compare with it as well. Refusal: service.busy.
   */
  async request(node: NodeCode, id: Uuid, whole: boolean): Promise<Result<Uuid>> {
    const running = this.queued.get(node);
    if (running !== undefined) return ok(running.id);
    if (this.queued.size >= reconcilerLimits.maxQueuedNodes) return refuse('service.busy', '等待对账的节点过多');
    const run: Run = { id, cancelling: new AbortController() };
    this.queued.set(node, run);
    const { transactor, clock, above } = this.tools;
    const peer = above === undefined ? undefined : parentOf(node);
    try {
      await transactor.run((sql) => beginReconciliation(sql, node, id, peer, clock.now()));
    } catch (error) {
      this.queued.delete(node);
      throw error;
    }
    this.tail = this.tail.then(() => this.turn(node, run, whole));
    return ok(id);
  }

  /**
   * Stops a run that waits or runs, between two steps: what was mended by then stays mended, nothing is signed, and the
   * children are not asked. Written down first, so it holds across the end of the process. The state as it is then:
   * `running` until the step under way is done. Refusals: reconciliation.unknown, reconciliation.ended.
   */
  async cancel(node: NodeCode, id: Uuid, by: string): Promise<Result<ReconciliationState>> {
    const { transactor, clock } = this.tools;
    const state = await transactor.run(async (sql) => {
      await askCancel(sql, node, id, by, clock.now());
      return (await findReconciliation(sql, node, id))?.state;
    });
    if (state === undefined) return refuse('reconciliation.unknown', '没有这次对账');
    if (state !== 'running') {
      return state === 'cancelled'
        ? ok(state)
        : refuse('reconciliation.ended', '这次对账已经结束，不能取消', { state });
    }
    const run = this.queued.get(node);
    if (run?.id === id) run.cancelling.abort();
    return ok(state);
  }

  /** Records that a run of this host has checked so far; undefined when it waits for its turn or has ended. */
  checkedSoFar(node: NodeCode, id: Uuid): number | undefined {
    const run = this.queued.get(node);
    return run?.id === id ? run.checked : undefined;
  }

  /** Resolves when everything that was asked for so far has ended. */
  async settled(): Promise<void> {
    await this.tail;
  }

  private async turn(node: NodeCode, run: Run, whole: boolean): Promise<void> {
    const { log, transactor, clock } = this.tools;
    const { signal } = run.cancelling;
    try {
      if (signal.aborted) await transactor.run((sql) => interruptRunning(sql, [node], clock.now()));
      else if (!this.stopping.signal.aborted) await this.reconcile(node, run);
      if (whole && !signal.aborted) this.tools.askChildren(node);
      const olderThan = clock.now() - reconcilerLimits.keepStatementsMs;
      await transactor.run((sql) => dropReconciliations(sql, olderThan, reconcilerLimits.cleanRows));
    } catch (error) {
      log('warn', 'a reconciliation was interrupted', { node, reason: String(error) });
      await transactor
        .run((sql) => interruptRunning(sql, [node], clock.now()))
        .catch((again: unknown) => log('warn', 'and could not be ended', { node, reason: String(again) }));
    } finally {
      this.queued.delete(node);
    }
  }

  private async reconcile(node: NodeCode, run: Run): Promise<void> {
    const { transactor, clock, log } = this.tools;
    const { id, cancelling } = run;
    run.checked = 0;
    const signal = AbortSignal.any([this.stopping.signal, cancelling.signal]);
    const begunAt = clock.now();
    const checked = await checkNode(this.tools, this.mender, node, signal, (records) => (run.checked = records));
    let comparison: Comparison | undefined;
    let interruption: string | undefined;
    try {
      comparison = await this.compare(node, checked, signal);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      interruption = error.refusal.code;
    }
    if (this.stopping.signal.aborted) interruption = 'service.unavailable';
    const isCancelled = cancelling.signal.aborted;
    const result = resultOf(checked, comparison, interruption);
    const signed =
      comparison === undefined || interruption !== undefined || isCancelled
        ? undefined
        : await this.conclude(node, id, begunAt, result, comparison);
    const ended = interruption !== undefined ? 'interrupted' : result.unmended.length === 0 ? 'agreed' : 'differing';
    const state = isCancelled ? 'cancelled' : ended;
    await transactor.run((sql) => endReconciliation(sql, node, id, state, result, signed, clock.now()));
    const { differing, mendedHere, mendedThere, unmended } = result;
    const found = { node, state, differing, mendedHere, mendedThere, unmended: unmended.length };
    log(state === 'agreed' && differing === 0 ? 'info' : 'warn', 'records were compared', found);
  }

  /** Undefined where there is nobody above to compare with. */
  private async compare(node: NodeCode, checked: SelfCheck, signal: AbortSignal): Promise<Comparison | undefined> {
    const { above, takeUp } = this.tools;
    const parent = parentOf(node);
    if (above === undefined || parent === undefined) return undefined;
    const pair = { asker: node, asked: parent };
    const compare = new Compare({ ...this.tools, above }, this.mender, pair, signal);
    if (checked.records === 0) await this.bootstrap(compare);
    const comparison = await compare.run(checked.damaged);
    if (comparison.mendedHere > 0) await takeUp(node);
    return comparison;
  }

  private async bootstrap(compare: Compare): Promise<void> {
    let after: Uuid | undefined;
    for (let attempt = 1; ; attempt++) {
      const before = after;
      try {
        await compare.bootstrap(after, (record) => (after = record));
        return;
      } catch (error) {
        // What came is kept; a stream that brings nothing more is not tried again.
        const isCut = error instanceof RefusalError && error.refusal.code === 'service.unavailable';
        if (!isCut || after === before || attempt >= reconcilerLimits.bootstrapAttempts) throw error;
      }
    }
  }

  private async conclude(
    node: NodeCode,
    id: Uuid,
    begunAt: number,
    result: ReconciliationResult,
    { roots }: Comparison,
  ): Promise<SignedStatement> {
    const { keystore, clock, above, directory } = this.tools;
    const parent = parentOf(node)!;
    const statement = toBinary(
      ReconciliationStatementSchema,
      create(ReconciliationStatementSchema, {
        ...{ id, child: node, parent, begunAtMs: BigInt(begunAt), endedAtMs: BigInt(clock.now()) },
        ...{ records: result.checkedRecords, differing: result.differing, unmended: result.unmended.length },
        ...{ mendedAtChild: result.mendedHere, mendedAtParent: result.mendedThere },
        ...{ digestBytes: BigInt(result.digestBytes), childRoot: roots.mine, parentRoot: roots.theirs },
      }),
    );
    const own = keystore.sign(node, sm3(statement));
    const answered = await above!.conclude({ asker: node, asked: parent }, { statement, signature: own });
    if (!answered.ok || answered.value.signature === undefined) return { statement, own };
    const { suite, keyId, value } = answered.value.signature;
    const peer = { suite, keyId, value };
    return directory.verify(parent, sm3(statement), peer, clock.now()).ok
      ? { statement, own, peer }
      : { statement, own };
  }
}

const resultOf = (
  checked: SelfCheck,
  comparison: Comparison | undefined,
  interruption: string | undefined,
): ReconciliationResult => ({
  checkedRecords: checked.records,
  checkedEntries: checked.entries,
  rederived: checked.rederived,
  damaged: checked.damaged.length,
  differing: comparison?.differing ?? 0,
  mendedHere: comparison?.mendedHere ?? 0,
  mendedThere: comparison?.mendedThere ?? 0,
  digestBytes: comparison?.digestBytes ?? 0,
  unmended:
    comparison?.unmended ??
    checked.damaged.map((record) => ({ record, code: 'link.chain', detail: 'damaged, and nobody to ask' })),
  ...(interruption === undefined ? {} : { interruption }),
});
