import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok, refuse } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import type { ExchangeTools } from '../ports.js';
import { listResends, type ResendAsked } from '../store/resend-list.js';
import { findBulk, type ResendBulk } from '../store/resend-store.js';
import { openBecause } from '../usecase/because.js';
import { resendReport } from '../usecase/resend.js';
import { resendBulk } from '../usecase/resend-bulk.js';
import { scopeOf } from '../worker/refresh.js';
import {
  bulkBody,
  bulkSchema,
  profileQuery,
  resendBody,
  resendSchema,
  resendsQuery,
  resendsSchema,
} from './schemas.js';
import { EXCHANGE, lineOf, nameOf, prefixFor, type ExchangeService } from './shared.js';

const resend = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/exchange/reports/{record}/resend',
  operationId: 'resendExchangeReport',
  ...policy.resendExchangeReport,
  summary: '以新的数据版本重新上报，写明原因',
  command: true,
  params: z.object({ record: z.uuid() }),
  query: profileQuery,
  body: resendBody,
  response: { 202: resendSchema },
  refusals: ['exchange.profile', 'exchange.unknown', 'exchange.held', 'request.key-reused'],
});
const order = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/exchange/resends',
  operationId: 'orderExchangeResend',
  ...policy.orderExchangeResend,
  summary: '按日、按事项或按部门重新上报，写明原因',
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
const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/resends',
  operationId: 'listExchangeResends',
  ...policy.listExchangeResends,
  summary: '重新上报的记录：谁、为何、办了多少，新的在前',
  query: resendsQuery,
  response: resendsSchema,
  refusals: ['exchange.profile'],
});

/** Sending again, one case or many: by whom, why, and what came of it. */
@Controller()
export class ExchangeResendController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(resend)
  async resend({ person, key, params, query, body }: Call<typeof resend>) {
    const prefix = prefixFor(person);
    const because = { reason: body.reason, name: nameOf(person) };
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const asked = { record: params.record, key, subject: person.subject, prefix, because };
    const done = await resendReport(line.value.tools, asked);
    if (!done.ok) return done;
    line.value.exchange.wake();
    const { record, stage, dataVersion } = done.value;
    return ok(answer(202, { record, state: stage, dataVersion }));
  }

  @Route(order)
  async order({ person, key, query, body }: Call<typeof order>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { scope, value, reason } = body;
    const because = { reason, name: nameOf(person) };
    const asked = { scope, value, key, subject: person.subject, prefix, because };
    const done = await resendBulk(line.value.tools, asked);
    if (!done.ok) return done;
    line.value.exchange.wake();
    return ok(answer(202, await shownBulk(line.value.tools, done.value)));
  }

  @Route(progress)
  async progress({ person, params }: Call<typeof progress>) {
    const prefix = prefixFor(person);
    const { tools } = this.service.lines[0]!;
    const bulk = await tools.transactor.run((sql) => findBulk(sql, tools.node, params.id));
    return bulk?.prefix.startsWith(prefix) === true
      ? ok(await shownBulk(tools, bulk))
      : refuse('exchange.unknown', '没有这次重新上报');
  }

  @Route(list)
  async list({ person, query }: Call<typeof list>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const { cursor, limit } = query;
    const after = cursor === undefined ? undefined : { at: Date.parse(cursor.at), key: cursor.key };
    const found = await tools.transactor.run((sql) => listResends(sql, scopeOf(tools), { prefix, after, limit }));
    const last = found.length === limit ? found.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ at: isoInstant(last.askedAt), key: last.key });
    const resends = [];
    for (const asked of found)
      resends.push({ ...(await shownAsked(tools, asked)), scope: asked.scope, number: asked.number });
    return ok({ resends, next });
  }
}

type Asked = Omit<ResendAsked, 'scope' | 'number'>;

async function shownAsked(tools: ExchangeTools, asked: Asked) {
  const { key, profile, value, subject, state, reports, sent, skipped, askedAt, endedAt } = asked;
  const because = await openBecause(tools, asked.because);
  return {
    ...{ id: key, profile, value, state, reports, sent, skipped },
    reason: because?.reason ?? null,
    askedBy: { subject, name: because?.name ?? null },
    askedAt: isoInstant(askedAt),
    endedAt: endedAt === null ? null : isoInstant(endedAt),
  };
}

const shownBulk = async (tools: ExchangeTools, bulk: ResendBulk) => ({
  ...(await shownAsked(tools, bulk)),
  scope: bulk.scope,
});
