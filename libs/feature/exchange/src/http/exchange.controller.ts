import { Controller, Inject } from '@nestjs/common';
import { isoInstant, isWithin, ok, prefixOf, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Person } from '@tongban/platform/http';
import type { ProfileName } from '@tongban/domain/exchange';
import { z } from 'zod';
import type { ExchangeTools } from '../ports.js';
import { listReports, stageOf, type Report } from '../store/report-store.js';
import { readExchangeTotals } from '../store/totals-store.js';
import { resendReport } from '../usecase/resend.js';
import { statementOfDay } from '../usecase/statement.js';
import type { Exchange } from '../worker/exchange.js';
import { scopeOf } from '../worker/refresh.js';
import {
  dayStatementSchema,
  profileQuery,
  reportsQuery,
  reportsSchema,
  resendSchema,
  statementQuery,
  statusSchema,
} from './schemas.js';

export const EXCHANGE = Symbol('exchange');

/** One platform that the node reports to: its tools and the running exchange. */
export interface ExchangeLine {
  readonly tools: ExchangeTools;
  readonly exchange: Pick<Exchange, 'breaker' | 'wake'>;
}
/** What the routes need: the platforms in the order of the configuration; a request that names none means the first. */
export interface ExchangeService {
  readonly node: NodeCode;
  readonly lines: readonly ExchangeLine[];
}

// The operator belongs to the city whose cases go through the province's node: see `prefixFor`.
const who = { roles: ['exchange-operator', 'administrator'], division: 'any' } as const;

const list = defineRoute({
  ...who,
  method: 'GET',
  path: '/nodes/{node}/exchange/reports',
  operationId: 'listExchangeReports',
  summary: '省级上报记录，停留最久的在前',
  query: reportsQuery,
  response: reportsSchema,
  refusals: ['jurisdiction.division', 'exchange.profile'],
});
const status = defineRoute({
  ...who,
  method: 'GET',
  path: '/nodes/{node}/exchange/status',
  operationId: 'getExchangeStatus',
  summary: '省级对接运行情况',
  query: profileQuery,
  response: statusSchema,
  refusals: ['jurisdiction.division', 'exchange.profile'],
});
const resend = defineRoute({
  ...who,
  method: 'POST',
  path: '/nodes/{node}/exchange/reports/{record}/resend',
  operationId: 'resendExchangeReport',
  summary: '以新的数据版本重新上报',
  command: true,
  params: z.object({ record: z.uuid() }),
  query: profileQuery,
  response: { 202: resendSchema },
  refusals: ['jurisdiction.division', 'exchange.profile', 'exchange.unknown', 'exchange.held', 'request.key-reused'],
});
const statement = defineRoute({
  ...who,
  method: 'GET',
  path: '/nodes/{node}/exchange/statement',
  operationId: 'getExchangeStatement',
  summary: '与省级平台的日对账',
  query: statementQuery,
  response: dayStatementSchema,
  refusals: ['jurisdiction.division', 'exchange.profile', 'service.unavailable'],
});

@Controller()
export class ExchangeController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(list)
  async list({ node, person, query }: Call<typeof list>) {
    const prefix = prefixFor(person, node, this.service);
    if (!prefix.ok) return prefix;
    const { state: stage, cursor: after, limit } = query;
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const wanted = { stage, after, limit, prefix: prefix.value };
    const reports = await tools.transactor.run((sql) => listReports(sql, scopeOf(tools), wanted));
    const last = reports.length === limit ? reports.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ since: isoInstant(last.since), record: last.record });
    return ok({ reports: reports.map(shownReport), next });
  }

  @Route(status)
  async status({ node, person, query }: Call<typeof status>) {
    const prefix = prefixFor(person, node, this.service);
    if (!prefix.ok) return prefix;
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools, exchange } = line.value;
    const totals = await tools.transactor.run((sql) => readExchangeTotals(sql, scopeOf(tools), prefix.value));
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

  @Route(resend)
  async resend({ node, person, key, params, query }: Call<typeof resend>) {
    const prefix = prefixFor(person, node, this.service);
    if (!prefix.ok) return prefix;
    const order = { record: params.record, key, subject: person.subject, prefix: prefix.value };
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const done = await resendReport(line.value.tools, order);
    if (!done.ok) return done;
    line.value.exchange.wake();
    const { record, stage, dataVersion } = done.value;
    return ok(answer(202, { record, state: stage, dataVersion }));
  }

  @Route(statement)
  async statement({ node, person, query }: Call<typeof statement>) {
    const prefix = prefixFor(person, node, this.service);
    if (!prefix.ok) return prefix;
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const compared = await statementOfDay(line.value.tools, query.day);
    if (!compared.ok) return compared;
    const { day, ours, theirs, differences } = compared.value;
    return ok({ day, ours, theirs, differences: [...differences] });
  }
}

function lineOf({ lines }: ExchangeService, profile: ProfileName | undefined): Result<ExchangeLine> {
  const line = profile === undefined ? lines[0] : lines.find(({ tools }) => tools.profile.name === profile);
  return line === undefined ? refuse('exchange.profile', '本网关没有启用这一接入规范') : ok(line);
}

/**
 * Leading digits of the intakes that a person may see: those of the own division, which is the province or a city below
 * the gateway's node. The province's side is not told by division, so nobody below a city is let in.
 */
function prefixFor({ division }: Person, node: NodeCode, service: ExchangeService): Result<string> {
  const allowed =
    node === service.node &&
    division !== undefined &&
    isWithin(division, node) &&
    ['province', 'city'].includes(tierOf(division));
  return allowed ? ok(prefixOf(division)) : refuse('jurisdiction.division', '省级对接由市级及以上的对接人员办理');
}

function shownReport({ record, number, intake, state, since, nextAt, trouble }: Report) {
  return {
    ...{ record, number, intake, trouble },
    state: stageOf(state),
    since: isoInstant(since),
    dataVersion: state.dataVersion,
    receipt: 'receipt' in state ? state.receipt : null,
    attempts: 'attempts' in state ? state.attempts : 0,
    nextAt: nextAt === null ? null : isoInstant(nextAt),
    held: [...state.held],
    problems: state.name === 'rejected' ? [...state.problems] : [],
  };
}
