import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok } from '@tongban/kernel';
import { defineRoute, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { listAnswers } from '../store/answer-store.js';
import { scopeOf } from '../worker/refresh.js';
import { statementRecordsQuery, statementRecordsSchema } from './schemas.js';
import { EXCHANGE, lineOf, prefixFor, type ExchangeService } from './shared.js';

const records = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/exchange/statement/records',
  operationId: 'listExchangeStatementRecords',
  ...policy.listExchangeStatementRecords,
  summary: '日对账中本方的明细：某日某种记录，逐条列出所属办件和省级平台的答复',
  query: statementRecordsQuery,
  response: statementRecordsSchema,
  refusals: ['exchange.profile'],
});

/** What stands behind our side of a day's statement: the province tells counts and digests, so one looks through ours. */
@Controller()
export class ExchangeStatementController {
  constructor(@Inject(EXCHANGE) private readonly service: ExchangeService) {}

  @Route(records)
  async records({ person, query }: Call<typeof records>) {
    const line = lineOf(this.service, query.profile);
    if (!line.ok) return line;
    const { tools } = line.value;
    const { day, kind, cursor: after, limit } = query;
    const wanted = { day, kind, after, limit, prefix: prefixFor(person) };
    const found = await tools.transactor.run((sql) => listAnswers(sql, scopeOf(tools), tools.profile, wanted));
    const last = found.length === limit ? found.at(-1) : undefined;
    return ok({
      records: found.map(({ receivedAt, ...row }) => ({ ...row, receivedAt: isoInstant(receivedAt) })),
      next: last === undefined ? null : encodeCursor({ key: last.businessKey, version: last.dataVersion }),
    });
  }
}
