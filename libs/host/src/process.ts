import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@tongban/platform/config';
import type { Logger } from '@tongban/platform/telemetry';

const shutdownTimeoutMs = 20_000;
/** A service manager starts it again; the next start reads everything from the database. */
const failedExitCode = 1;

export interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a process until it is told to stop. Configuration errors are shown as they are; anything else ends the process
 * with a log line, and what is committed goes on after the next start.
 *
 * @param start is given what ends the process in order, for whoever keeps it to start it again
 */
export async function runProcess(
  logger: () => Logger | undefined,
  start: (restart: () => void) => Promise<Running>,
): Promise<void> {
  const fail = (error: unknown): void => {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else if (logger() === undefined) process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    else logger()!.error({ err: error }, 'ended by an unexpected error');
    process.exit(failedExitCode);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  let running: Running | undefined;
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await Promise.race([running?.stop(), sleep(shutdownTimeoutMs)]);
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop().catch(fail));
  process.on('SIGINT', () => void stop().catch(fail));
  try {
    running = await start(() => void stop().catch(fail));
    if (stopping) await running.stop();
  } catch (error) {
    fail(error);
  }
}
