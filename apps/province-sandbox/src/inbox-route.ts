import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { loginPage, type Behaviour, type Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { outboxNames } from './front/outbox.js';
import { fileOf, keepReply, messagesBehind, plant, plantedSchema, repliesInOrder, replySchema } from './inbox-store.js';
import { signerOf } from './keys.js';
import { sendProblem } from './problem.js';

const signatureHeader = 'x-jws-signature';
const asked = z.object({ after: z.int().min(0), limit: z.int().min(1).max(100) });
const askedProfile = z.object({ profile: z.string().optional() });
const askedFile = z.object({ id: z.uuid(), place: z.int().min(0) });

function parsed(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** What the platform sends down: fetched behind a position and answered, both signed. */
export function inboxRoutes(app: FastifyInstance, context: SandboxContext, conduct: Conduct): void {
  const { pool, misbehaviourAllowed } = context;

  signedRoute(app, context, conduct, '/exchange/v1/inbox', async (body, to) => {
    const read = asked.safeParse(parsed(body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', 'after 与 limit 不正确');
    const found = await messagesBehind(pool, read.data.after, read.data.limit);
    return json({ messages: found.map(({ position, message }) => ({ ...message, position })) });
  });

  signedRoute(app, context, conduct, '/exchange/v1/inbox/files', async (body, to) => {
    const read = askedFile.safeParse(parsed(body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', 'id 与 place 不正确');
    return (await fileOf(pool, read.data.id, read.data.place)) ?? sendProblem(to, 'E-UNKNOWN');
  });

  signedRoute(app, context, conduct, '/exchange/v1/inbox/replies', async (body, to) => {
    const read = replySchema.safeParse(parsed(body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', z.prettifyError(read.error).slice(0, 500));
    if (!(await keepReply(pool, read.data))) return sendProblem(to, 'E-UNKNOWN');
    return json({ id: read.data.id, outcome: read.data.outcome });
  });

  app.post('/sandbox/inbox', async (request, to) => {
    if (!misbehaviourAllowed) return sendProblem(to, 'E-FORBIDDEN');
    const read = plantedSchema.safeParse(parsed(request.body));
    if (!read.success) return sendProblem(to, 'E-MALFORMED', '缺少 id 或 kind');
    if (context.front !== undefined && outboxNames[String(read.data['profile'])] !== undefined) {
      await context.front.plant(read.data);
      return to.send({ id: read.data.id });
    }
    return to.send(await plant(pool, read.data));
  });

  app.get('/sandbox/inbox', async (request, to) => {
    if (!misbehaviourAllowed) return sendProblem(to, 'E-FORBIDDEN');
    const { profile = '' } = askedProfile.parse(request.query);
    const inRows = outboxNames[profile] !== undefined && context.front !== undefined;
    return to.send({ replies: inRows ? await context.front.replies(profile) : await repliesInOrder(pool) });
  });
}

const json = (answer: object): Buffer => Buffer.from(JSON.stringify(answer));

/** A question that is signed and whose answer is; both may go wrong on command. */
function signedRoute(
  app: FastifyInstance,
  { clientKeys, receiptKey }: SandboxContext,
  conduct: Conduct,
  path: string,
  answer: (body: Uint8Array, to: FastifyReply) => Promise<Buffer | FastifyReply>,
): void {
  app.post(path, async (request: FastifyRequest, to) => {
    const behaviour = conduct.take();
    if (behaviour.mode === 'down') return sendProblem(to, 'E-DOWN');
    if (behaviour.mode === 'html') return to.type('text/html; charset=utf-8').send(loginPage);
    if (behaviour.mode === 'slow') await sleep(behaviour.delayMs);
    const { body, headers } = request;
    if (!(body instanceof Uint8Array)) return sendProblem(to, 'E-MALFORMED', '报文为空');
    if ((await signerOf(String(headers[signatureHeader] ?? ''), body, clientKeys)) === undefined)
      return sendProblem(to, 'E-SIGNATURE');
    const answered = await answer(body, to);
    if (!(answered instanceof Uint8Array)) return answered;
    return send(to, answered, await receiptKey.sign(answered), behaviour);
  });
}

/** `half` sends half of what was signed, `lost` hangs up after the work. */
function send(to: FastifyReply, bytes: Buffer, signature: string, { mode }: Behaviour): FastifyReply {
  if (mode === 'lost') {
    to.hijack();
    to.raw.socket?.destroy();
    return to;
  }
  const sent = mode === 'half' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  return to.header(signatureHeader, signature).type('application/json').send(sent);
}
