import { join } from 'node:path';
import { parseCommand, usage, UsageError, type Command } from './arguments.js';
import { SetupError } from './city/environment.js';
import { AlreadyRunning } from './city/run-file.js';
import { Interrupted } from './progress.js';
import { provisionCity, up } from './up.js';

/** The repository: the same distance from this file and from its bundle in dist/apps/tongbanctl. */
const root = join(import.meta.dirname, '..', '..', '..');
const usageStatus = 2;
const interruptedStatus = 130;

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(usage);
      return 0;
    case 'provision':
      return provisionCity(command, process.env, root);
    case 'up':
      return up(command, process.env, root);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    return usageStatus;
  }
  if (error instanceof Interrupted) return interruptedStatus;
  if (error instanceof AlreadyRunning) {
    const addresses = Object.entries(error.addresses).map(([name, address]) => `  ${name}  ${address}`);
    console.error([error.message, ...addresses].join('\n'));
    return 1;
  }
  if (error instanceof SetupError) console.error(error.message);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

// Whoever reads what we tell may go away (a closed terminal, a pipe): the city must still be stopped in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  process.exitCode = await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  process.exitCode = statusOf(error);
}
