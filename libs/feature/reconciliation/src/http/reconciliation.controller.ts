import { Controller, Inject } from '@nestjs/common';
import {
  findReconciliation,
  locate,
  readDamaged,
  readReconciliations,
  type ReconcilerTools,
  type Reconciler,
  type Reconciliation,
} from '@tongban/federation/nest';
import { ok, refuse } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import { cancel, damaged, list, location, one, request } from './routes.js';

export const RECONCILIATION = Symbol('reconciliation');

export interface ReconciliationTools extends Pick<ReconcilerTools, 'transactor' | 'above' | 'clock'> {
  readonly reconciler: Pick<Reconciler, 'request' | 'cancel' | 'checkedSoFar'>;
}

const shownRows = 50;
const shownDamages = 500;
const locateHops = 5;
const locateTimeoutMs = 10_000;

const shown = (
  { id, peer, state, begunAt, endedAt, result, isSigned, isCountersigned }: Reconciliation,
  checkedSoFar: number | undefined,
) => ({
  ...{ id, peer, state, isSigned, isCountersigned, checkedSoFar: checkedSoFar ?? null },
  begunAt: begunAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
  result:
    result === null ? null : { ...result, unmended: [...result.unmended], interruption: result.interruption ?? null },
});

@Controller()
export class ReconciliationController {
  constructor(@Inject(RECONCILIATION) private readonly tools: ReconciliationTools) {}

  @Route(request)
  async request({ node, key, body }: Call<typeof request>) {
    const earlier = await this.tools.transactor.run((sql) => findReconciliation(sql, node, key));
    if (earlier !== undefined) return ok(answer(202, { reconciliation: key, state: earlier.state }));
    const taken = await this.tools.reconciler.request(node, key, body.children);
    if (!taken.ok) return taken;
    return ok(answer(202, { reconciliation: taken.value, state: 'running' as const }));
  }

  /** Of one run a second time the same: the run is named by the path, its key has nothing to add. */
  @Route(cancel)
  async cancel({ node, params, person }: Call<typeof cancel>) {
    const { reconciliation } = params;
    const taken = await this.tools.reconciler.cancel(node, reconciliation, person.subject);
    return taken.ok ? ok(answer(202, { reconciliation, state: taken.value })) : taken;
  }

  @Route(list)
  async list({ node }: Call<typeof list>) {
    const { reconciler } = this.tools;
    const rows = await this.tools.transactor.run((sql) => readReconciliations(sql, node, shownRows));
    return { reconciliations: rows.map((row) => shown(row, reconciler.checkedSoFar(node, row.id))) };
  }

  @Route(one)
  async one({ node, params }: Call<typeof one>) {
    const found = await this.tools.transactor.run((sql) => findReconciliation(sql, node, params.reconciliation));
    if (found === undefined) return refuse('reconciliation.unknown', '没有这次对账');
    return ok(shown(found, this.tools.reconciler.checkedSoFar(node, found.id)));
  }

  @Route(damaged)
  async damaged({ node }: Call<typeof damaged>) {
    const rows = await this.tools.transactor.run((sql) => readDamaged(sql, node, shownDamages));
    return { damaged: rows.map(({ foundAt, ...row }) => ({ ...row, foundAt: foundAt.toISOString() })) };
  }

  @Route(location)
  async location({ node, params }: Call<typeof location>) {
    const deadline = this.tools.clock.now() + locateTimeoutMs;
    const found = await locate(this.tools, node, params.record, locateHops, deadline);
    if (!found.ok) return found;
    const { owner, offeredTo, epoch, seq, answeredBy, recordClass } = found.value;
    if (!found.value.found) return refuse('case.unknown', '本级和上级都没有这个办件');
    const offered = offeredTo === '' ? null : offeredTo;
    return ok({ record: params.record, recordClass, owner, offeredTo: offered, epoch, seq, answeredBy });
  }
}
