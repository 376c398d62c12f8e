import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUuid } from '@tongban/kernel';
import { z } from 'zod';
import { batchSchema, maxBatchRecords, profiles, type Batch } from './batch-schema.js';
import { loginPage, saidTwice, type Conduct, type Mode } from './behaviour.js';
import { signerOf } from './keys.js';
import { sendProblem } from './problem.js';
import { receive, type Reception } from './receive.js';
import type { SandboxContext } from './context.js';

const signatureHeader = 'x-jws-signature';
const headerOf = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

const counted = z.object({ records: z.array(z.unknown()) });

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

type Reading =
  { readonly batch: Batch } | { readonly code: 'E-MALFORMED' | 'E-TOO-LARGE' | 'E-PROFILE'; readonly detail: string };

function readBatch(body: Uint8Array): Reading {
  const json = parse(body);
  const count = counted.safeParse(json).data?.records.length ?? 0;
  if (count > maxBatchRecords) return { code: 'E-TOO-LARGE', detail: `每批最多 ${maxBatchRecords} 条` };
  const read = batchSchema.safeParse(json);
  if (!read.success) return { code: 'E-MALFORMED', detail: z.prettifyError(read.error).slice(0, 500) };
  if (!profiles.includes(read.data.profile)) return { code: 'E-PROFILE', detail: read.data.profile };
  return { batch: read.data };
}

/** Writes half of what was promised and hangs up, or hangs up at once. */
function breakOff(reply: FastifyReply, answer: Uint8Array, mode: Mode): void {
  reply.hijack();
  const socket = reply.raw.socket;
  if (mode === 'lost' || socket === null) {
    socket?.destroy();
    return;
  }
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
  reply.raw.write(answer.subarray(0, Math.floor(answer.length / 2)), () => socket.destroy());
}

async function sendAnswer(
  context: SandboxContext,
  reply: FastifyReply,
  reception: Reception,
  mode: Mode,
): Promise<void> {
  if (reception.reused) {
    await sendProblem(reply, 'E-KEY-REUSED');
    return;
  }
  const text = mode === 'twice' ? saidTwice(reception.answer) : reception.answer;
  const answer = Buffer.from(text);
  if (mode === 'half' || mode === 'lost') {
    breakOff(reply, answer, mode);
    return;
  }
  if (reception.replayed) void reply.header('idempotent-replayed', 'true');
  await reply
    .header(signatureHeader, await context.receiptKey.sign(answer))
    .type('application/json')
    .send(answer);
}

/** POST /exchange/v1/batches. */
export function batchRoute(app: FastifyInstance, context: SandboxContext, conduct: Conduct): void {
  app.post('/exchange/v1/batches', async (request, reply) => {
    const { mode, delayMs } = conduct.take();
    if (mode === 'down') return sendProblem(reply, 'E-DOWN');
    if (mode === 'html') return reply.type('text/html; charset=utf-8').send(loginPage);
    if (mode === 'slow') await sleep(delayMs);
    const key = headerOf(request, 'idempotency-key');
    if (!isUuid(key)) return sendProblem(reply, 'E-KEY-MISSING');
    if (!(request.body instanceof Uint8Array)) return sendProblem(reply, 'E-MALFORMED', '报文为空');
    const { body } = request;
    const sender = await signerOf(headerOf(request, signatureHeader), body, context.clientKeys);
    if (sender === undefined) return sendProblem(reply, 'E-SIGNATURE');
    const read = readBatch(body);
    if ('code' in read) return sendProblem(reply, read.code, read.detail);
    const { pool, clock, reportWithinMs } = context;
    const reception = await receive(pool, {
      sender,
      key,
      body,
      batch: read.batch,
      receivedAt: clock.now(),
      reportWithinMs,
    });
    const replayed = !reception.reused && reception.replayed;
    context.logger.info(
      { batch: read.batch.batch, sender, records: read.batch.records.length, replayed, mode },
      'batch',
    );
    await sendAnswer(context, reply, reception, mode);
    return reply;
  });
}
