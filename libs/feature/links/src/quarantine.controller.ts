import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { cursorParam, defineRoute, encodeCursor, limitParam, Route, type Call } from '@tongban/platform/http';
import { LessThan, type DataSource } from 'typeorm';
import { z } from 'zod';
import { quarantineEntity } from './quarantine.entity.js';

export const LINK_DATABASE = Symbol('link database');

const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/quarantine',
  operationId: 'listQuarantine',
  summary: '被隔离、等待处置的链路消息',
  ...policy.listQuarantine,
  query: z.object({ cursor: cursorParam(z.object({ id: z.string().regex(/^\d+$/) })), limit: limitParam() }),
  response: z.object({
    messages: z.array(
      z
        .object({
          id: z.string(),
          peer: z.string(),
          linkSeq: z.int(),
          record: z.uuid().nullable(),
          entrySeq: z.int().nullable(),
          code: z.string(),
          detail: z.string(),
          quarantinedAt: z.iso.datetime(),
        })
        .meta({ id: 'QuarantinedMessage' }),
    ),
    next: z.string().nullable(),
  }),
  refusals: [],
});

@Controller()
export class QuarantineController {
  constructor(@Inject(LINK_DATABASE) private readonly database: DataSource) {}

  @Route(list)
  async list({ node, query }: Call<typeof list>) {
    const found = await this.database.getRepository(quarantineEntity).find({
      where: { node, ...(query.cursor === undefined ? {} : { id: LessThan(query.cursor.id) }) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    return {
      messages: page.map(({ id, peer, linkSeq, record, entrySeq, code, detail, quarantinedAt }) => ({
        ...{ id, peer, linkSeq: Number(linkSeq), record, entrySeq, code, detail },
        quarantinedAt: quarantinedAt.toISOString(),
      })),
      next: found.length > page.length && last !== undefined ? encodeCursor({ id: last.id }) : null,
    };
  }
}
