import { join } from 'node:path';
import { parseCommand, usage, UsageError, type Command } from './arguments.js';
import { catalogueUsage, parseCatalogueCommand } from './catalogue/arguments.js';
import { runCatalogue } from './catalogue/run.js';
import { SetupError } from './city/environment.js';
import { AlreadyRunning } from './city/run-file.js';
import { exchangeUsage, parseExchangeCommand } from './exchange/arguments.js';
import { runExchange } from './exchange/run.js';
import { federationUsage, parseFederationCommand } from './federation/arguments.js';
import { runFederation } from './federation/run.js';
import { parsePkiCommand, pkiUsage } from './pki/arguments.js';
import { runPki } from './pki/run.js';
import { nodeUsage, parseNodeCommand } from './node/arguments.js';
import { runNode } from './node/run.js';
import { parsePrivacyCommand, privacyUsage } from './privacy/arguments.js';
import { runPrivacy } from './privacy/run.js';
import { Interrupted } from './progress.js';
import { markRestoredDatabase, provideCityStreams } from './repair.js';
import { provisionCity, up } from './up.js';
import { verifyArchive } from './verify.js';

/** The repository: the same distance from this file and from its bundle in dist/apps/tongbanctl. */
const root = join(import.meta.dirname, '..', '..', '..');
const usageStatus = 2;
const interruptedStatus = 130;

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(
        [usage, federationUsage, nodeUsage, catalogueUsage, exchangeUsage, privacyUsage, pkiUsage].join('\n\n'),
      );
      return 0;
    case 'provision':
      return provisionCity(command, process.env, root);
    case 'streams':
      return provideCityStreams(command, process.env);
    case 'restored':
      return markRestoredDatabase(process.env);
    case 'verify':
      return verifyArchive(command, (line) => console.log(line));
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
  const args = process.argv.slice(2);
  const federation = parseFederationCommand(args);
  const catalogue = parseCatalogueCommand(args);
  const exchange = parseExchangeCommand(args);
  const privacy = parsePrivacyCommand(args);
  const pki = parsePkiCommand(args);
  const node = parseNodeCommand(args);
  if (federation !== undefined) process.exitCode = await runFederation(federation, process.env);
  else if (catalogue !== undefined)
    process.exitCode = await runCatalogue(catalogue, process.env, (line) => console.log(line));
  else if (exchange !== undefined)
    process.exitCode = await runExchange(exchange, process.env, (line) => console.log(line));
  else if (privacy !== undefined)
    process.exitCode = await runPrivacy(privacy, process.env, Date.now(), (line) => console.log(line));
  else if (pki !== undefined)
    process.exitCode = await runPki(pki, process.env, Date.now(), (line) => console.log(line));
  else if (node !== undefined) process.exitCode = await runNode(node, process.env, root, (line) => console.log(line));
  else process.exitCode = await run(parseCommand(args));
} catch (error) {
  process.exitCode = statusOf(error);
}
