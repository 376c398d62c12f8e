import { fastify, type FastifyInstance } from 'fastify';
import { batchRoute } from './batch-route.js';
import { maxBodyBytes } from './batch-schema.js';
import { auditSchema, behaviourSchema, type Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { inboxRoutes } from './inbox-route.js';
import { numberRoute } from './number-route.js';
import { sendProblem } from './problem.js';
import { readRoutes } from './read-routes.js';

const requestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 10_000;

function parsedJson(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** Trials command faults here; closed unless the environment opens it. */
function behaviourRoutes(
  app: FastifyInstance,
  { misbehaviourAllowed, logger, front }: SandboxContext,
  conduct: Conduct,
): void {
  app.post('/sandbox/behaviour', (request, reply) => {
    if (!misbehaviourAllowed) return sendProblem(reply, 'E-FORBIDDEN');
    const behaviour = behaviourSchema.safeParse(parsedJson(request.body));
    if (!behaviour.success) return sendProblem(reply, 'E-MALFORMED', 'mode 或 count 不正确');
    conduct.command(behaviour.data);
    logger.warn(behaviour.data, 'behaviour commanded');
    return reply.send(behaviour.data);
  });
  app.post('/sandbox/front', (request, reply) => {
    if (!misbehaviourAllowed) return sendProblem(reply, 'E-FORBIDDEN');
    const audit = auditSchema.safeParse(parsedJson(request.body));
    if (!audit.success || front === undefined) return sendProblem(reply, 'E-MALFORMED', 'mode 不正确，或没有前置库');
    front.mode = audit.data.mode;
    return reply.send(audit.data);
  });
  app.get('/sandbox/front', async (_request, reply) => {
    if (!misbehaviourAllowed) return sendProblem(reply, 'E-FORBIDDEN');
    return reply.send({ mode: front?.mode ?? null, waiting: (await front?.waiting()) ?? 0 });
  });
  app.get('/sandbox/behaviour', (_request, reply) =>
    misbehaviourAllowed ? reply.send(conduct.current) : sendProblem(reply, 'E-FORBIDDEN'),
  );
}

function healthRoutes(app: FastifyInstance, { pool }: SandboxContext): void {
  app.get('/health/live', () => ({ status: 'up' }));
  app.get('/health/ready', async (_request, reply) => {
    try {
      await pool.query('select 1');
      return { status: 'up' };
    } catch {
      return reply.code(503).send({ status: 'down' });
    }
  });
}

function errorHandlers(app: FastifyInstance, { logger }: SandboxContext): void {
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'E-UNKNOWN'));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) return sendProblem(reply, 'E-TOO-LARGE');
    if (error.statusCode === 415) return sendProblem(reply, 'E-MEDIA-TYPE');
    if (error.statusCode !== undefined && error.statusCode < 500) return sendProblem(reply, 'E-MALFORMED');
    logger.error({ err: error }, 'request failed');
    return sendProblem(reply, 'E-FAULT');
  });
}

/** The platform's HTTP side over an open database; the caller listens and closes. */
export function buildServer(context: SandboxContext, conduct: Conduct): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
  });
  // A signature is over bytes, so nothing may parse them first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  errorHandlers(app, context);
  healthRoutes(app, context);
  batchRoute(app, context, conduct);
  numberRoute(app, context, conduct);
  inboxRoutes(app, context, conduct);
  readRoutes(app, context);
  behaviourRoutes(app, context, conduct);
  return app;
}
