// npm run chaos -- …: a small real city under load that is hurt by chance and checked afterwards. Options:
// tests/chaos/main.ts.
import { buildIfStale } from './build.mjs';
import { bundle } from './bundle.mjs';
import { install } from './install.mjs';
import { resolveNatsServer } from './nats.mjs';
import { BootstrapError, fail, isMain, postgresBinaries, productNode, run } from './project.mjs';

const timeoutMs = 24 * 3_600_000;

/** Servers of this machine for a program that starts them itself. */
export async function serversHere() {
  const postgres = postgresBinaries();
  if (postgres === undefined) {
    throw new BootstrapError(
      'npm has no PostgreSQL for this machine: name a folder with initdb in TONGBAN_POSTGRES_BIN',
    );
  }
  return { TONGBAN_POSTGRES_BIN: postgres, TONGBAN_NATS_SERVER: (await resolveNatsServer()).path };
}

async function chaos() {
  await install();
  await buildIfStale();
  const program = await bundle('chaos', 'tests/chaos/main.ts');
  const { status } = await run(productNode(), ['--enable-source-maps', program, ...process.argv.slice(2)], {
    timeoutMs,
    env: await serversHere(),
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

if (isMain(import.meta.url)) await chaos().catch(fail);
