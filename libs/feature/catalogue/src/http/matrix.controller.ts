import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import type { Holding } from '@tongban/domain/delegation';
import { ok, tierOf, type Clock } from '@tongban/kernel';
import { defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import type { CatalogueView } from '../catalogue-view.js';
import { readCell } from '../matrix/cell.js';
import { readMatrix } from '../matrix/matrix.js';
import type { Place, Places } from '../ports.js';
import { catalogueTokens } from '../tokens.js';
import { departmentsById, departmentNameIn } from './answers.js';
import { listedDelegation } from './delegation-answers.js';
import { cellParamsSchema, cellQuerySchema, cellSchema, matrixQuerySchema, matrixSchema } from './matrix-schemas.js';

const showMatrix = defineRoute({
  ...policy.showDelegationMatrix,
  method: 'GET',
  path: '/nodes/{node}/delegation-matrix',
  operationId: 'showDelegationMatrix',
  summary: '权限配置表：本级可见的事项 × 本级和下级区划，按块读取',
  query: matrixQuerySchema,
  response: matrixSchema,
  refusals: [],
});
const getCell = defineRoute({
  ...policy.getMatrixCell,
  method: 'GET',
  path: '/nodes/{node}/delegation-matrix/{code}/{place}',
  operationId: 'getMatrixCell',
  summary: '一个事项在一个区划的权限，以及来自哪些授权',
  params: cellParamsSchema,
  query: cellQuerySchema,
  response: cellSchema,
  refusals: ['item.unknown', 'item.not-published', 'delegation.place-unknown'],
});

const placeOf = ({ code, name }: Place) => ({ node: code, name, tier: tierOf(code) });

/** Most cells say the same as others: each content once, and for each cell which. */
function sharedHoldings(cells: readonly (readonly Holding[])[]) {
  const known = new Map<string, number>();
  const holdings: { byRight: boolean; powers: Holding['powers'][number][] }[] = [];
  const indexOf = ({ byRight, powers }: Holding): number => {
    const key = `${byRight} ${powers.join()}`;
    const index = known.get(key) ?? holdings.push({ byRight, powers: [...powers] }) - 1;
    known.set(key, index);
    return index;
  };
  return { cells: cells.map((row) => row.map(indexOf)), holdings };
}

@Controller()
export class MatrixController {
  constructor(
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
    @Inject(catalogueTokens.places) private readonly places: Places,
    @Inject(catalogueTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(showMatrix)
  show({ node, query: asked }: Call<typeof showMatrix>): Outcome<typeof showMatrix> {
    const { query = '', level, department, under, tier, place, on = localDate(this.clock.now()) } = asked;
    const read = readMatrix(this.view, this.places, node, {
      ...{ items: { query, level, department }, under, tier, place, on },
      rows: { from: asked.itemsFrom, limit: asked.itemsLimit },
      columns: { from: asked.placesFrom, limit: asked.placesLimit },
    });
    const departments = departmentsById(this.view, node);
    const { itemsTotal, placesTotal, items, places, holdings } = read;
    return {
      ...{ on, itemsTotal, placesTotal },
      items: items.map(({ code, name, level: tierOfItem, departmentId }) => ({
        ...{ code, name, level: tierOfItem },
        departmentName: departmentNameIn(departments, departmentId, node),
      })),
      places: places.map(placeOf),
      ...sharedHoldings(holdings),
    };
  }

  @Route(getCell)
  cell({ node, params, query }: Call<typeof getCell>): Outcome<typeof getCell> {
    const { on = localDate(this.clock.now()) } = query;
    const read = readCell(this.view, this.places, { node, ...params, on });
    if (!read.ok) return read;
    const { item, place, holding, delegations } = read.value;
    const { code, version, name, level } = item;
    return ok({
      ...{ on, item: { code, version, name, level }, place: placeOf(place) },
      ...{ byRight: holding.byRight, powers: [...holding.powers] },
      delegations: delegations.map(({ delegation, ...rest }) => {
        const listed = listedDelegation(delegation);
        return { ...listed, ...rest, own: listed.publisher === node };
      }),
    });
  }
}
