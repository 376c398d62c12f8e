import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { signerOf } from './keys.js';
import { sendProblem } from './problem.js';

const signatureHeader = 'x-jws-signature';
const asked = z.object({ after: z.int().min(0), limit: z.int().min(1).max(100) });
const reply = z.object({
  id: z.uuid(),
  outcome: z.enum(['received', 'unknown', 'unsupported', 'answered']),
  text: z.string().min(1).max(2000).optional(),
});
const planted = z.looseObject({ id: z.uuid(), kind: z.string() });

function parsed(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** What the platform sends down: fetched behind a position and answered, both signed. */
export function inboxRoutes(app: FastifyInstance, context: SandboxContext, conduct: Conduct): void {
  const { pool, clientKeys, receiptKey, misbehaviourAllowed } = context;
  const isSigned = async ({ body, headers }: FastifyRequest): Promise<boolean> =>
    body instanceof Uint8Array &&
    (await signerOf(String(headers[signatureHeader] ?? ''), body, clientKeys)) !== undefined;
  const sendSigned = async (to: FastifyReply, answer: object): Promise<FastifyReply> => {
    const bytes = Buffer.from(JSON.stringify(answer));
    return to
      .header(signatureHeader, await receiptKey.sign(bytes))
      .type('application/json')
      .send(bytes);
  };

  app.post('/exchange/v1/inbox', async (request, to) => {
    if (conduct.take().mode === 'down') return sendProblem(to, 'E-DOWN');
    if (!(await isSigned(request))) return sendProblem(to, 'E-SIGNATURE');
    const read = asked.safeParse(parsed(request.body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', 'after 与 limit 不正确');
    const { rows } = await pool.query<{ position: number; message: object }>(
      'select position::float8 as position, message from inbox where position > $1 order by position limit $2',
      [read.data.after, read.data.limit],
    );
    return sendSigned(to, { messages: rows.map(({ position, message }) => ({ ...message, position })) });
  });

  app.post('/exchange/v1/inbox/replies', async (request, to) => {
    if (conduct.take().mode === 'down') return sendProblem(to, 'E-DOWN');
    if (!(await isSigned(request))) return sendProblem(to, 'E-SIGNATURE');
    const read = reply.safeParse(parsed(request.body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', '答复不正确');
    const { id, outcome, text } = read.data;
    if ((outcome === 'answered') !== (text !== undefined)) return sendProblem(to, 'E-MALFORMED', '答复须有内容');
    const known = await pool.query('select 1 from inbox where id = $1', [id]);
    if (known.rows.length === 0) return sendProblem(to, 'E-UNKNOWN');
    await pool.query(
      `insert into inbox_reply (id, outcome, text) values ($1, $2, $3)
       on conflict on constraint inbox_reply_pk do nothing`,
      [id, outcome, text ?? null],
    );
    return sendSigned(to, { id, outcome });
  });

  app.post('/sandbox/inbox', async (request, to) => {
    if (!misbehaviourAllowed) return sendProblem(to, 'E-FORBIDDEN');
    const read = planted.safeParse(parsed(request.body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', '缺少 id 或 kind');
    await pool.query('insert into inbox (id, message) values ($1, $2)', [read.data.id, read.data]);
    return to.send(read.data);
  });

  app.get('/sandbox/inbox', async (_request, to) => {
    if (!misbehaviourAllowed) return sendProblem(to, 'E-FORBIDDEN');
    const { rows } = await pool.query('select id, outcome, text from inbox_reply order by number');
    return to.send({ replies: rows });
  });
}
