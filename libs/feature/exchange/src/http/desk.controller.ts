import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { ratesOf } from '@tongban/domain/exchange';
import { isNodeCode, isoInstant, isWithin, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Person } from '@tongban/platform/http';
import { z } from 'zod';
import { readDepartmentCounts } from '../store/rates-store.js';
import { findBulk, type ResendBulk } from '../store/resend-store.js';
import { listReturns } from '../store/return-store.js';
import { resendBulk } from '../usecase/resend-bulk.js';
import { scopeOf } from '../worker/refresh.js';
import { bulkBody, bulkSchema, profileQuery, ratesQuery, ratesSchema, returnsQuery, returnsSchema } from './schemas.js';
import { EXCHANGE, lineOf, prefixFor, shownReport, type ExchangeService } from './shared.js';

const order = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/exchange/resends',
  operationId: 'orderExchangeResend',
  ...policy.orderExchangeResend,
  summary: '按日、按事项或按部门重新上报',
  command: true,
  query: profileQuery,
  body: bulkBody,
  response: { 202: bulkSchema },
  refusals: ['exchange.profile', 'request.key-reused'],
});
const progress = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/resends/{id}',
  operationId: 'getExchangeResend',
  ...policy.getExchangeResend,
  summary: '批量重新上报的进度',
  params: z.object({ id: z.uuid() }),
  response: bulkSchema,
  refusals: ['exchange.unknown'],
});
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

/** Sending again by the many, and what departments and nodes see of the exchange. */
@Controller()
export class ExchangeDeskController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(order)
  async order({ person, key, query, body }: Call<typeof order>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const asked = { ...body, key, subject: person.subject, prefix };
    const done = await resendBulk(line.value.tools, asked);
    if (!done.ok) return done;
    line.value.exchange.wake();
    return ok(answer(202, shownBulk(done.value)));
  }

  @Route(progress)
  async progress({ person, params }: Call<typeof progress>) {
    const prefix = prefixFor(person);
    const { tools } = this.service.lines[0]!;
    const bulk = await tools.transactor.run((sql) => findBulk(sql, tools.node, params.id));
    return bulk?.prefix.startsWith(prefix) === true
      ? ok(shownBulk(bulk))
      : refuse('exchange.unknown', '没有这次重新上报');
  }

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

function shownBulk({ key, profile, scope, value, state, reports, sent, skipped, askedAt, endedAt }: ResendBulk) {
  return {
    ...{ id: key, profile, scope, value, state, reports, sent, skipped },
    askedAt: isoInstant(askedAt),
    endedAt: endedAt === null ? null : isoInstant(endedAt),
  };
}
