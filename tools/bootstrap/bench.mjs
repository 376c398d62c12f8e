// npm run bench -- …: the product and its peers side by side on the same work. Options: tests/bench/bench.ts.
import { buildIfStale } from './build.mjs';
import { bundle } from './bundle.mjs';
import { serversHere } from './chaos.mjs';
import { install } from './install.mjs';
import { fail, isMain, productNode, run } from './project.mjs';

const timeoutMs = 6 * 3_600_000;

async function bench() {
  await install();
  await buildIfStale();
  await bundle('bench-bare-nest', 'tests/bench/peers/bare-nest.ts');
  await bundle('bench-reporting', 'libs/feature/exchange/test/bench/main.ts');
  const program = await bundle('bench', 'tests/bench/bench.ts');
  const { status } = await run(productNode(), ['--enable-source-maps', program, ...process.argv.slice(2)], {
    timeoutMs,
    env: await serversHere(),
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

if (isMain(import.meta.url)) await bench().catch(fail);
