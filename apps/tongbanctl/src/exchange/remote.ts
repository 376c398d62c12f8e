import { z } from 'zod';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { send } from '../demo/http.js';
import { readVariable } from '../federation/remote.js';
import type { BulkScope, ExchangeCommand } from './arguments.js';

type Environment = Readonly<Record<string, string | undefined>>;

const statusSchema = z.object({
  profile: z.string(),
  reports: z.record(z.string(), z.int()),
  oldestUnsentSeconds: z.number().nullable(),
  oldestHeldSeconds: z.number().nullable(),
  openBatches: z.int(),
  notesOnTheWay: z.int(),
  breaker: z.object({ state: z.string(), until: z.string().nullable() }),
});
export type StatusView = z.infer<typeof statusSchema>;

const reportSchema = z.object({
  record: z.string(),
  number: z.string(),
  intake: z.string(),
  state: z.string(),
  since: z.string(),
  dataVersion: z.int(),
  held: z.array(z.object({ field: z.string(), message: z.string() })),
  problems: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })),
});
export type ReportView = z.infer<typeof reportSchema>;
const reportsSchema = z.object({ reports: z.array(reportSchema), next: z.string().nullable() });

const resentSchema = z.object({ record: z.string(), state: z.string(), dataVersion: z.int() });
const bulkSchema = z.object({
  id: z.string(),
  scope: z.string(),
  value: z.string(),
  reason: z.string().nullable(),
  askedBy: z.object({ subject: z.string(), name: z.string().nullable() }),
  askedAt: z.string(),
  state: z.enum(['running', 'done']),
  reports: z.int(),
  sent: z.int(),
  skipped: z.int(),
});
export type BulkView = z.infer<typeof bulkSchema>;
const askedSchema = bulkSchema.extend({ number: z.string().nullable() });
export type AskedView = z.infer<typeof askedSchema>;
const resendsSchema = z.object({ resends: z.array(askedSchema), next: z.string().nullable() });

const sideSchema = z.object({
  acknowledged: z.int(),
  rejected: z.int(),
  amountFen: z.int(),
  digest: z.string(),
});
const statementSchema = z.object({
  day: z.string(),
  differences: z.array(z.object({ kind: z.string(), ours: sideSchema, theirs: sideSchema })),
  ours: z.record(z.string(), sideSchema),
});
export type StatementView = z.infer<typeof statementSchema>;

const pageSize = 100;
/** A list longer than this is worked off from its beginning anyway. */
export const mostPages = 100;

/** The gateway's routes of the exchange. */
export class ExchangeRemote {
  private constructor(
    private readonly url: string,
    private readonly bearer: string,
    private readonly base: string,
    private readonly profile: string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws SetupError */
  static from(
    env: Environment,
    { node, profile }: Pick<ExchangeCommand, 'profile'> & { readonly node: NodeCode },
    signal: AbortSignal,
  ): ExchangeRemote {
    const url = readVariable(env, 'TONGBAN_URL', '省级网关的地址，如 http://127.0.0.1:18105').replace(/\/+$/, '');
    const bearer = readVariable(env, 'TONGBAN_TOKEN', '数据交换人员或系统管理员的访问令牌');
    return new ExchangeRemote(url, bearer, `/v1/nodes/${node}/exchange`, profile, signal);
  }

  async status(): Promise<StatusView> {
    return statusSchema.parse(await this.get('/status', {}));
  }

  /** Longest in the state first; calls for each page. */
  async reports(state: 'held' | 'rejected', each: (page: readonly ReportView[]) => void): Promise<number> {
    return this.pages(async (query) => {
      const { reports, next } = reportsSchema.parse(await this.get('/reports', { state, ...query }));
      each(reports);
      return { shown: reports.length, next };
    });
  }

  /** What was asked to be sent again, the newest first; calls for each page. */
  async resends(each: (page: readonly AskedView[]) => void): Promise<number> {
    return this.pages(async (query) => {
      const { resends, next } = resendsSchema.parse(await this.get('/resends', query));
      each(resends);
      return { shown: resends.length, next };
    });
  }

  async resend(record: Uuid, reason: string, key: Uuid) {
    return resentSchema.parse(await this.post(`/reports/${record}/resend`, key, { reason }));
  }

  async order(scope: BulkScope, reason: string, key: Uuid): Promise<BulkView> {
    return bulkSchema.parse(await this.post('/resends', key, { ...scope, reason }));
  }

  async progress(id: string): Promise<BulkView> {
    return bulkSchema.parse(await this.get(`/resends/${id}`, {}, false));
  }

  async statement(day: string): Promise<StatementView> {
    return statementSchema.parse(await this.get('/statement', { day }));
  }

  /** Reads page after page; how many lines they had together. */
  private async pages(
    read: (
      query: Readonly<Record<string, string>>,
    ) => Promise<{ readonly shown: number; readonly next: string | null }>,
  ): Promise<number> {
    let cursor: string | undefined;
    let shown = 0;
    for (let page = 0; page < mostPages; page++) {
      const found = await read({ limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) });
      shown += found.shown;
      if (found.next === null) break;
      cursor = found.next;
    }
    return shown;
  }

  private address(path: string, query: Readonly<Record<string, string>>, profiled = true): string {
    const all = { ...query, ...(profiled && this.profile !== undefined ? { profile: this.profile } : {}) };
    const search = new URLSearchParams(all).toString();
    return `${this.url}${this.base}${path}${search === '' ? '' : `?${search}`}`;
  }

  private async get(path: string, query: Readonly<Record<string, string>>, profiled = true): Promise<unknown> {
    const request = { method: 'GET', url: this.address(path, query, profiled), bearer: this.bearer } as const;
    return (await send(request, this.signal)).body;
  }

  private async post(path: string, key: Uuid, body: object): Promise<unknown> {
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    const content = { headers, body: JSON.stringify(body) };
    const request = { method: 'POST', url: this.address(path, {}), bearer: this.bearer, ...content } as const;
    return (await send(request, this.signal)).body;
  }
}
