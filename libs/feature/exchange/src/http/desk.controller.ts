import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { ratesOf } from '@tongban/domain/exchange';
import { isNodeCode, isoInstant, isWithin, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { defineRoute, encodeCursor, Route, type Call, type Person } from '@tongban/platform/http';
import { readDepartmentCounts } from '../store/rates-store.js';
import { listReturns } from '../store/return-store.js';
import { scopeOf } from '../worker/refresh.js';
import { ratesQuery, ratesSchema, returnsQuery, returnsSchema } from './schemas.js';
import { EXCHANGE, lineOf, prefixFor, shownReport, type ExchangeService } from './shared.js';

const rates = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/rates',
  operationId: 'getExchangeRates',
  ...policy.getExchangeRates,
  summary: '各部门上报的及时率和完整率',
  query: ratesQuery,
  response: ratesSchema,
  refusals: ['exchange.profile'],
});
const returns = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/returns',
  operationId: 'listExchangeReturns',
  summary: '本级待整改的上报：省级退回的和数据不完整的，停留最久的在前',
  ...policy.listExchangeReturns,
  query: returnsQuery,
  response: returnsSchema,
  refusals: ['jurisdiction.division', 'node.unknown'],
});

/** What departments and nodes see of the exchange. */
@Controller()
export class ExchangeDeskController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(rates)
  async rates({ person, query }: Call<typeof rates>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const counts = await tools.transactor.run((sql) => readDepartmentCounts(sql, scopeOf(tools), prefix, query));
    return ok({
      profile: tools.profile.name,
      departments: counts.map((count) => ({ ...count, ...ratesOf(count) })),
    });
  }

  @Route(returns)
  async returns({ node, person, query }: Call<typeof returns>) {
    const owner = ownerFor(person, node, query.owner, this.service);
    if (!owner.ok) return owner;
    const { cursor: after, limit } = query;
    const profiles = this.service.lines.map(({ tools }) => tools.profile.name);
    const { transactor } = this.service.lines[0]!.tools;
    const wanted = { profiles, owner: owner.value, after, limit };
    const found = await transactor.run((sql) => listReturns(sql, node, wanted));
    const last = found.length === limit ? found.at(-1) : undefined;
    const next =
      last === undefined
        ? null
        : encodeCursor({ since: isoInstant(last.since), record: last.record, profile: last.profile });
    return ok({ returns: found.map((report) => ({ ...shownReport(report), profile: report.profile })), next });
  }
}

/** The node whose cases a person may see the reports of: the own one, or one below it. */
function ownerFor(
  { division }: Person,
  node: NodeCode,
  asked: string | undefined,
  service: ExchangeService,
): Result<NodeCode> {
  if (asked !== undefined && !isNodeCode(asked)) return refuse('node.unknown', '区划代码为 12 位数字');
  const owner = asked ?? division;
  return node === service.node && division !== undefined && owner !== undefined && isWithin(owner, division)
    ? ok(owner)
    : refuse('jurisdiction.division', '只能查看本级及下级办件的上报情况');
}
