import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok } from '@tongban/kernel';
import { defineRoute, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import type { ExchangeTools } from '../ports.js';
import { listApplications, listOrders, type Order } from '../store/order-store.js';
import { answerOrder } from '../usecase/answer-order.js';
import { scopeOf } from '../worker/refresh.js';
import {
  answerBody,
  applicationsQuery,
  applicationsSchema,
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
  summary: '省级督办，到期早的在前（留痕）',
  // What the province writes may name the applicant.
  audited: true,
  query: ordersQuery,
  response: ordersSchema,
  refusals: ['exchange.profile'],
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
    const orders = [];
    for (const order of found) orders.push(await shown(tools, order));
    const last = found.length === limit ? found.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ due: last.due ?? 'infinity', position: last.position });
    return ok({ orders, next });
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
    return ok(await shown(tools, answered.value));
  }
}

async function shown({ sealer, node }: ExchangeTools, order: Order) {
  const { id, stage, record, number, sealed, issuedAt, due, answeredBy, answeredAt, told } = order;
  const opened = record === null || sealed === null ? undefined : await sealer.open(sealed, node);
  const content = opened?.ok === true ? opened.value['content'] : undefined;
  return {
    ...{ id, state: stage, record, number, due, answeredBy },
    content: typeof content === 'string' ? content : null,
    issuedAt: issuedAt === null ? null : isoInstant(issuedAt),
    answeredAt: answeredAt === null ? null : isoInstant(answeredAt),
    told: told === (stage === 'open' ? 'received' : stage),
  };
}
