import { ConfigError } from '@tongban/platform/config';
import { createLogger } from '@tongban/platform/telemetry';
import { readConfig } from './config.js';
import { startSandbox, type Sandbox } from './start.js';

const service = 'province-sandbox';
const stopTimeoutMs = 15_000;

function stopOnSignal(sandbox: Sandbox, exit: (code: number) => void): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => exit(1), stopTimeoutMs).unref();
    sandbox.stop().then(
      () => exit(0),
      () => exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  const config = readConfig(process.env);
  const logger = createLogger({ service, level: config.logLevel });
  const sandbox = await startSandbox(config, { now: Date.now }, logger);
  stopOnSignal(sandbox, (code) => process.exit(code));
  logger.info({ url: sandbox.url }, 'listening');
} catch (error) {
  const logger = createLogger({ service, level: 'error' });
  if (error instanceof ConfigError) logger.error(error.message);
  else logger.error({ err: error }, 'start failed');
  process.exitCode = 1;
}
