import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { families } from './front/family.js';
import type { SandboxContext } from './context.js';
import { sendProblem } from './problem.js';
import { maxPageRecords, recordsOfCase, recordsSince, statementOfDay } from './reports.js';
import { timeOf } from './standard/times.js';

const maxProjectNumber = 50;

const pageQuery = z.object({
  since: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(maxPageRecords).default(maxPageRecords),
});
const statementQuery = z.object({
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .refine((day) => timeOf(day.replaceAll('-', '')) !== undefined),
  profile: z
    .enum(['national-json', 'national-grpc', 'national-database', 'shandong-database'])
    .default('national-json'),
});

/** GET under /exchange/v1: what came in, one case, the statement of a day, the key that signs the answers. */
export function readRoutes(app: FastifyInstance, { pool, receiptKey, front }: SandboxContext): void {
  app.get('/exchange/v1/records', async (request, reply) => {
    const query = pageQuery.safeParse(request.query);
    if (!query.success) return sendProblem(reply, 'E-MALFORMED', 'since 为序号，limit 为 1 至 500');
    const { since, limit } = query.data;
    const records = await recordsSince(pool, since, limit);
    return { records, next: records.at(-1)?.position ?? since };
  });

  app.get<{ Params: { number: string } }>('/exchange/v1/cases/:number', async (request, reply) => {
    const { number } = request.params;
    const records = number.length > maxProjectNumber ? [] : await recordsOfCase(pool, number);
    return records.length === 0 ? sendProblem(reply, 'E-UNKNOWN') : { number, records };
  });

  app.get('/exchange/v1/statement', async (request, reply) => {
    const query = statementQuery.safeParse(request.query);
    if (!query.success) return sendProblem(reply, 'E-MALFORMED', 'day 为 YYYY-MM-DD');
    const { day, profile } = query.data;
    const family = families.find(({ name }) => name === profile);
    if (family === undefined) return { day, kinds: await statementOfDay(pool, day, profile) };
    if (front === undefined) return sendProblem(reply, 'E-UNKNOWN');
    return { day, kinds: await front.statement(family, day) };
  });

  app.get('/exchange/v1/keys', () => ({ keys: [receiptKey.publicJwk] }));
}
