import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import type { Transactor } from '@tongban/federation/nest';
import type { Keystore } from '@tongban/journal';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { readLines } from './audit-store.js';
import { exportLines, shownLine } from './export.js';

export const AUDIT = Symbol('audit');

export interface AuditTools {
  readonly transactor: Transactor;
  readonly keystore: Keystore;
  readonly clock: { now(): number };
}

const mostListed = 200;
/** Lines of one export; a longer log is exported in parts. */
const mostExported = 20_000;
const instant = z.iso.datetime();
const text = z.string().nullable();
// The auditor alone: whoever runs the system or hands out its rights must not be the one who looks after the log.
const who = { audited: true } as const;
const range = { after: z.coerce.number().int().min(0).default(0), from: instant.optional(), until: instant.optional() };

const list = defineRoute({
  ...who,
  method: 'GET',
  path: '/nodes/{node}/audit',
  operationId: 'listAudit',
  ...policy.listAudit,
  summary: '审计日志，按时间先后',
  query: z.object({
    ...range,
    subject: z.string().max(200).optional(),
    record: z.uuid().optional(),
    limit: z.coerce.number().int().min(1).max(mostListed).default(50),
  }),
  response: z.object({
    lines: z.array(
      z
        .object({
          ...{ node: z.string(), seq: z.int(), at: instant, operation: z.string() },
          ...{ subject: text, role: text, division: text, record: text, status: z.int(), code: text },
          ...{ address: z.string(), traceId: z.string(), prevHash: z.string(), hash: z.string() },
        })
        .meta({ id: 'AuditLine' }),
    ),
    next: z.int().nullable().meta({ description: '下一页的 after；空表示到底' }),
  }),
  refusals: [],
});
const download = defineRoute({
  ...who,
  method: 'GET',
  path: '/nodes/{node}/audit/export',
  operationId: 'exportAudit',
  ...policy.exportAudit,
  summary: `导出审计日志：每行一条 JSON，末行为本级签名的声明；一次至多 ${mostExported} 条`,
  query: z.object(range),
  response: 'bytes',
  refusals: [],
});

const millis = (at: string | undefined): number | undefined => (at === undefined ? undefined : Date.parse(at));

@Controller()
export class AuditController {
  constructor(@Inject(AUDIT) private readonly tools: AuditTools) {}

  @Route(list)
  async list({ node, query }: Call<typeof list>) {
    const { subject, record, limit } = query;
    const filters = { ...(subject === undefined ? {} : { subject }), ...(record === undefined ? {} : { record }) };
    const lines = await readRange(this.tools, node, query, limit, filters);
    return { lines: lines.map(shownLine), next: lines.length < limit ? null : (lines.at(-1)?.seq ?? null) };
  }

  @Route(download)
  async download({ node, query }: Call<typeof download>) {
    const { keystore, clock } = this.tools;
    const content = exportLines(await readRange(this.tools, node, query, mostExported), node, keystore, clock.now());
    const headers = {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="audit-${node}.ndjson"`,
    };
    return answer(200, Buffer.from(content), { headers });
  }
}

function readRange(
  { transactor }: AuditTools,
  node: string,
  query: { readonly after: number; readonly from?: string | undefined; readonly until?: string | undefined },
  limit: number,
  filters: { readonly subject?: string; readonly record?: string } = {},
) {
  const [from, until] = [millis(query.from), millis(query.until)];
  const times = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
  return transactor.run((sql) => readLines(sql, { node, after: query.after, limit, ...times, ...filters }));
}
