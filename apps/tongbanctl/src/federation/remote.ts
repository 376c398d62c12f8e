import { z } from 'zod';
import type { NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { send, type HttpRequest } from '../demo/http.js';

type Environment = Readonly<Record<string, string | undefined>>;

export function readVariable(env: Environment, name: string, what: string): string {
  const value = env[name]?.trim() ?? '';
  if (value === '') throw new SetupError(`缺少环境变量 ${name}：${what}`);
  return value;
}

const instant = z.iso.datetime().nullable();
const linkSchema = z.object({
  peer: z.string(),
  courier: z.string().nullable(),
  last: z.int(),
  sent: z.int().nullable(),
  acknowledged: z.int(),
  acknowledgedAt: instant,
  oldestUnacknowledgedSeconds: z.number().nullable(),
  applied: z.int(),
  appliedAt: instant,
  peerHeardAt: instant,
  peerClockAheadSeconds: z.number().nullable(),
  parked: z.int(),
  quarantined: z.int(),
});
export type LinkView = z.infer<typeof linkSchema>;

const stateSchema = z.enum(['running', 'agreed', 'differing', 'interrupted', 'cancelled']);
const reconciliationSchema = z.object({
  id: z.string(),
  peer: z.string().nullable(),
  state: stateSchema,
  // Hosts of an older version do not tell it.
  checkedSoFar: z.int().nullable().default(null),
  isSigned: z.boolean(),
  isCountersigned: z.boolean(),
  begunAt: z.string(),
  endedAt: instant,
  result: z
    .object({
      checkedRecords: z.int(),
      checkedEntries: z.int(),
      rederived: z.int(),
      damaged: z.int(),
      differing: z.int(),
      mendedHere: z.int(),
      mendedThere: z.int(),
      digestBytes: z.int(),
      unmended: z.array(z.object({ record: z.string(), code: z.string(), detail: z.string() })),
      interruption: z.string().nullable(),
    })
    .nullable(),
});
export type ReconciliationView = z.infer<typeof reconciliationSchema>;

/** The routes of a host that the operator's commands use. */
export class Remote {
  private constructor(
    private readonly url: string,
    private readonly bearer: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws SetupError */
  static from(env: Environment, signal: AbortSignal): Remote {
    const url = readVariable(env, 'TONGBAN_URL', '节点所在服务的地址，如 http://127.0.0.1:18102').replace(/\/+$/, '');
    return new Remote(url, readVariable(env, 'TONGBAN_TOKEN', '系统管理员或督办人员的访问令牌'), signal);
  }

  async links(node: NodeCode): Promise<LinkView[]> {
    const { body } = await this.ask({ method: 'GET', url: `/v1/nodes/${node}/links` });
    return z.object({ links: z.array(linkSchema) }).parse(body).links;
  }

  async requestReconciliation(node: NodeCode, key: string, children: boolean): Promise<string> {
    const { body } = await this.ask({
      method: 'POST',
      url: `/v1/nodes/${node}/reconciliations`,
      headers: { 'idempotency-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ children }),
    });
    return z.object({ reconciliation: z.string() }).parse(body).reconciliation;
  }

  async cancelReconciliation(node: NodeCode, id: string, key: string): Promise<ReconciliationView['state']> {
    const { body } = await this.ask({
      method: 'POST',
      url: `/v1/nodes/${node}/reconciliations/${id}/cancellation`,
      headers: { 'idempotency-key': key },
    });
    return z.object({ state: stateSchema }).parse(body).state;
  }

  async reconciliation(node: NodeCode, id: string): Promise<ReconciliationView> {
    const { body } = await this.ask({ method: 'GET', url: `/v1/nodes/${node}/reconciliations/${id}` });
    return reconciliationSchema.parse(body);
  }

  private ask(request: HttpRequest) {
    return send({ ...request, url: `${this.url}${request.url}`, bearer: this.bearer }, this.signal);
  }
}
