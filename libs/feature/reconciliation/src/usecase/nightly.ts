import { readLastComparisons, type Reconciler, type Transactor } from '@tongban/federation/nest';
import { parentOf, type NodeCode, type Uuid } from '@tongban/kernel';
import { lastNightOf } from './night.js';

export const nightlyLimits = {
  checkIntervalMs: 600_000,
  /** Nodes put into the queue at one look; the rest at the next ones. */
  nodesPerCheck: 500,
} as const;

export interface NightlyTools {
  readonly nodes: readonly NodeCode[];
  readonly reconciler: Pick<Reconciler, 'request'>;
  readonly transactor: Transactor;
  readonly clock: { now(): number };
  readonly newId: () => Uuid;
  /** Whether a node's parent host can be asked now. */
  readonly reaches: (parent: NodeCode) => boolean;
  readonly log: (level: 'warn', message: string, details: Record<string, unknown>) => void;
}

/**
 * Every node once a night. A node whose parent was out of reach is made up for as soon as it can be asked again: that is
 * the comparison after a long absence. A host that has just started begins with its first night.
 */
export class NightlyReconciliation {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly startedAt: number;

  constructor(private readonly tools: NightlyTools) {
    this.startedAt = tools.clock.now();
  }

  start(): void {
    this.timer ??= setInterval(() => {
      this.running = this.check().then(
        () => undefined,
        (error: unknown) =>
          this.tools.log('warn', 'nightly reconciliation could not be planned', { reason: String(error) }),
      );
    }, nightlyLimits.checkIntervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Puts the nodes whose turn it is into the queue; how many. */
  async check(): Promise<number> {
    const { nodes, transactor, clock, reaches, reconciler, newId } = this.tools;
    const now = clock.now();
    const last = await transactor.run((sql) => readLastComparisons(sql, nodes));
    let queued = 0;
    for (const node of nodes) {
      if (queued >= nightlyLimits.nodesPerCheck) break;
      const parent = parentOf(node);
      const isDue = (last.get(node) ?? this.startedAt) < lastNightOf(node, now);
      if (!isDue || (parent !== undefined && !reaches(parent))) continue;
      if (!(await reconciler.request(node, newId(), false)).ok) break;
      queued++;
    }
    return queued;
  }
}
