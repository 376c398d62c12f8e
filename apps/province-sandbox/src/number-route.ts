import type { FastifyInstance } from 'fastify';
import { isUuid } from '@tongban/kernel';
import { z } from 'zod';
import type { Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { signerOf } from './keys.js';
import { sendProblem } from './problem.js';
import { inBatchTransaction } from './store.js';

const signatureHeader = 'x-jws-signature';
const question = z.object({
  key: z.uuid(),
  taskcode: z.string().regex(/^[0-9A-Z]{18}[2-6]\d{12}$/),
  date: z.string().regex(/^\d{8}$/),
  applytype: z.string().regex(/^\d$/),
});
const flowDigits = 8;

function parsed(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** POST /exchange/v1/numbers: gives a case its number of 48 characters; whoever asks again under a key gets it again. */
export function numberRoute(app: FastifyInstance, context: SandboxContext, conduct: Conduct): void {
  const { pool, clientKeys, receiptKey } = context;
  app.post('/exchange/v1/numbers', async (request, reply) => {
    if (conduct.take().mode === 'down') return sendProblem(reply, 'E-DOWN');
    const { body } = request;
    if (!(body instanceof Uint8Array)) return sendProblem(reply, 'E-MALFORMED', '报文为空');
    const sender = await signerOf(String(request.headers[signatureHeader] ?? ''), body, clientKeys);
    if (sender === undefined) return sendProblem(reply, 'E-SIGNATURE');
    const asked = question.safeParse(parsed(body));
    if (!asked.success || !isUuid(asked.data.key)) return sendProblem(reply, 'E-MALFORMED', '缺少编号要素');
    const { key, taskcode, date, applytype } = asked.data;
    const stem = `${taskcode}${date}${applytype}`;
    const projectno = await inBatchTransaction(pool, async (client) => {
      const found = await client.query<{ number: string }>(
        'select number from given_number where client = $1 and key = $2',
        [sender, key],
      );
      if (found.rows[0] !== undefined) return found.rows[0].number;
      const { rows } = await client.query<{ last: number }>(
        `insert into number_flow as f (stem, last) values ($1, 1)
         on conflict on constraint number_flow_pk do update set last = f.last + 1 returning last`,
        [stem],
      );
      const number = `${stem}${String(rows[0]!.last).padStart(flowDigits, '0')}`;
      await client.query('insert into given_number (client, key, number) values ($1, $2, $3)', [sender, key, number]);
      return number;
    });
    const answer = Buffer.from(JSON.stringify({ key, projectno }));
    return reply
      .header(signatureHeader, await receiptKey.sign(answer))
      .type('application/json')
      .send(answer);
  });
}
