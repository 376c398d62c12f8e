import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok } from '@tongban/kernel';
import { defineRoute, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { listApplications, listOrders, type Order } from '../store/order-store.js';
import { answerOrder } from '../usecase/answer-order.js';
import { openOrder } from '../usecase/open-order.js';
import { scopeOf } from '../worker/refresh.js';
import {
  answerBody,
  applicationsQuery,
  applicationsSchema,
  openOrderQuery,
  orderContentSchema,
  orderSchema,
  ordersQuery,
  ordersSchema,
  profileQuery,
} from './schemas.js';
import { EXCHANGE, lineOf, prefixFor, type ExchangeService } from './shared.js';

const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/orders',
  operationId: 'listExchangeOrders',
  ...policy.listExchangeOrders,
  summary: '省级督办，到期早的在前；督办内容另行调阅',
  query: ordersQuery,
  response: ordersSchema,
  refusals: ['exchange.profile'],
});
const open = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/orders/{id}/content',
  operationId: 'openExchangeOrder',
  ...policy.openExchangeOrder,
  summary: '查看省级督办的内容，须说明事由（留痕）',
  // What the province writes may name the applicant.
  audited: true,
  params: z.object({ id: z.uuid() }),
  query: openOrderQuery,
  response: orderContentSchema,
  refusals: ['exchange.profile', 'exchange.unknown'],
});
const reply = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/exchange/orders/{id}/answer',
  operationId: 'answerExchangeOrder',
  ...policy.answerExchangeOrder,
  summary: '答复省级督办',
  command: true,
  params: z.object({ id: z.uuid() }),
  query: profileQuery,
  body: answerBody,
  response: orderSchema,
  refusals: ['exchange.profile', 'exchange.unknown', 'exchange.answered'],
});

const applications = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/applications',
  operationId: 'listExchangeApplications',
  ...policy.listExchangeApplications,
  summary: '省级平台的网上申请：待收件、已收件、不予收件',
  query: applicationsQuery,
  response: applicationsSchema,
  refusals: ['exchange.profile'],
});

/** What the province sends down and wants to know. */
@Controller()
export class ExchangeOrderController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(list)
  async list({ person, query }: Call<typeof list>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const { state: stage, cursor: after, limit } = query;
    const wanted = { prefix, stage, after, limit };
    const found = await tools.transactor.run((sql) => listOrders(sql, scopeOf(tools), wanted));
    const orders = found.map(shown);
    const last = found.length === limit ? found.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ due: last.due ?? 'infinity', position: last.position });
    return ok({ orders, next });
  }

  @Route(open)
  async open({ person, role, params, query }: Call<typeof open>) {
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const reader = { subject: person.subject, role, prefix: prefixFor(person), purpose: query.purpose };
    return openOrder(line.value.tools, params.id, reader);
  }

  @Route(applications)
  async applications({ person, query }: Call<typeof applications>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const { state: stage, cursor: after, limit } = query;
    const wanted = { prefix, stage, after, limit };
    const found = await tools.transactor.run((sql) => listApplications(sql, scopeOf(tools), wanted));
    const last = found.length === limit ? found.at(-1) : undefined;
    return ok({
      next: last === undefined ? null : encodeCursor({ receivedAt: isoInstant(last.receivedAt), id: last.id }),
      applications: found.map(({ stage, receivedAt, told, ...rest }) => ({
        ...{ ...rest, state: stage, receivedAt: isoInstant(receivedAt) },
        told: told === (stage === 'open' ? 'received' : stage),
      })),
    });
  }

  @Route(reply)
  async reply({ person, key, params, query, body }: Call<typeof reply>) {
    const prefix = prefixFor(person);
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools, exchange } = line.value;
    const answer = { id: params.id, key, subject: person.subject, prefix, text: body.text };
    const answered = await answerOrder(tools, answer);
    if (!answered.ok) return answered;
    exchange.wake();
    return ok(shown(answered.value));
  }
}

function shown({ id, stage, record, number, issuedAt, due, answeredBy, answeredAt, told }: Order) {
  return {
    ...{ id, state: stage, record, number, due, answeredBy },
    issuedAt: issuedAt === null ? null : isoInstant(issuedAt),
    answeredAt: answeredAt === null ? null : isoInstant(answeredAt),
    told: told === (stage === 'open' ? 'received' : stage),
  };
}
