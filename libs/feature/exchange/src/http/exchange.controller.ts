import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok } from '@tongban/kernel';
import { defineRoute, Route, type Call } from '@tongban/platform/http';
import { listReports } from '../store/report-store.js';
import { readExchangeTotals } from '../store/totals-store.js';
import { statementOfDay } from '../usecase/statement.js';
import { scopeOf } from '../worker/refresh.js';
import { EXCHANGE, lineOf, nextPage, prefixFor, shownReport, type ExchangeService } from './shared.js';
import {
  dayStatementSchema,
  profileQuery,
  reportsQuery,
  reportsSchema,
  statementQuery,
  statusSchema,
} from './schemas.js';

const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/reports',
  operationId: 'listExchangeReports',
  ...policy.listExchangeReports,
  summary: '省级上报记录，停留最久的在前',
  query: reportsQuery,
  response: reportsSchema,
  refusals: ['exchange.profile'],
});
const status = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/status',
  operationId: 'getExchangeStatus',
  ...policy.getExchangeStatus,
  summary: '省级对接运行情况',
  query: profileQuery,
  response: statusSchema,
  refusals: ['exchange.profile'],
});
const statement = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/statement',
  operationId: 'getExchangeStatement',
  ...policy.getExchangeStatement,
  summary: '与省级平台的日对账',
  query: statementQuery,
  response: dayStatementSchema,
  refusals: ['exchange.profile', 'service.unavailable'],
});

@Controller()
export class ExchangeController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(list)
  async list({ person, query }: Call<typeof list>) {
    const prefix = prefixFor(person);
    const { state: stage, cursor: after, limit } = query;
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const wanted = { stage, after, limit, prefix };
    const reports = await tools.transactor.run((sql) => listReports(sql, scopeOf(tools), wanted));
    return ok({ reports: reports.map(shownReport), next: nextPage(reports, limit) });
  }

  @Route(status)
  async status({ person, query }: Call<typeof status>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools, exchange } = line.value;
    const totals = await tools.transactor.run((sql) => readExchangeTotals(sql, scopeOf(tools), prefix));
    const now = tools.clock.now();
    const age = (at: number | null): number | null => (at === null ? null : Math.max(0, now - at) / 1000);
    const { breaker } = exchange;
    return ok({
      profile: tools.profile.name,
      reports: totals.reports,
      oldestUnsentSeconds: age(totals.oldestUnsentAt),
      oldestHeldSeconds: age(totals.oldestHeldAt),
      openBatches: totals.openBatches,
      notesOnTheWay: totals.notesOnTheWay,
      breaker: { state: breaker.name, until: breaker.name === 'open' ? isoInstant(breaker.until) : null },
    });
  }

  @Route(statement)
  async statement({ query }: Call<typeof statement>) {
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const compared = await statementOfDay(line.value.tools, query.day);
    if (!compared.ok) return compared;
    const { day, ours, theirs, differences } = compared.value;
    return ok({ day, ours, theirs, differences: [...differences] });
  }
}
