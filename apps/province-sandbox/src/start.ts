import type { Clock } from '@tongban/kernel';
import type { Logger } from '@tongban/platform/telemetry';
import { Pool } from 'pg';
import type { SandboxConfig } from './config.js';
import { openReceiptKey, readClientKeys } from './keys.js';
import { migrate } from './schema.js';
import { Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { openFront, type Front } from './front/front.js';
import { startGrpc } from './grpc-server.js';
import { buildServer } from './server.js';

const poolConnections = 8;
const connectTimeoutMs = 10_000;
const statementTimeoutMs = 30_000;
/** A row that comes later than this after the act it reports is flagged late. */
const reportWithinMs = 24 * 60 * 60 * 1000;

export interface Sandbox {
  /** `http://host:port` it listens on. */
  readonly url: string;
  /** host:port of the gRPC side. */
  readonly grpc: string | undefined;
  /** Ends requests under way, then the database connections. */
  stop(): Promise<void>;
}

/** Opens database and keys, brings the schema up and listens. Throws when any of it is not to be had. */
export async function startSandbox(config: SandboxConfig, clock: Clock, logger: Logger): Promise<Sandbox> {
  const pool = new Pool({
    connectionString: config.databaseUrl,
    max: poolConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  let front: Front | undefined;
  pool.on('error', (error) => logger.warn({ err: error }, 'idle database connection lost'));
  try {
    await migrate(pool);
    const conduct = new Conduct();
    front =
      config.frontUrl === undefined
        ? undefined
        : await openFront(config.frontUrl, config.auditIntervalMs, clock, logger);
    const context: SandboxContext = {
      pool,
      clock,
      logger,
      clientKeys: await readClientKeys(config.clientKeys),
      receiptKey: await openReceiptKey(config.signingKey),
      reportWithinMs,
      misbehaviourAllowed: config.misbehaviour === 'allowed',
      front,
    };
    const app = buildServer(context, conduct);
    const grpc = config.grpcListen === undefined ? undefined : await startGrpc(context, conduct, config.grpcListen);
    const { host, port } = config.httpListen;
    const url = await app.listen({ host, port });
    return {
      url,
      grpc: grpc?.address,
      stop: async () => {
        await grpc?.stop();
        await app.close();
        await front?.stop();
        await pool.end();
      },
    };
  } catch (error) {
    await front?.stop();
    await pool.end();
    throw error;
  }
}
