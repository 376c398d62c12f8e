import { readConfig } from './config.js';
import { startIdentity } from './server.js';

const log = (level: string, message: string): void => {
  const line = { time: new Date().toISOString(), level, app: 'identity-dev', msg: message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

try {
  const running = await startIdentity(readConfig(process.env), { clock: { now: Date.now }, log });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void running.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  log('error', error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
