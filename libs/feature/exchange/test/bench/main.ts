/**
 * The program behind measure B7 (tests/bench/reporting.ts), which starts it as a process of its own: a gateway with its
 * database that maps, signs, sends and gets receipts; then the same bodies once more, as they went over the wire, to a
 * second province that has seen none of them. Prints a line of JSON for each round.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '@tongban/platform/local';
import { newSm2Key } from '@tongban/platform/signing';
import { postgresBinDirectory } from '@tongban/testkit';
import type { JWK } from 'jose';
import { TrialProvince } from '../trial/province.js';
import { benchRound, ReportingGateway } from './round.js';

const { values } = parseArgs({
  options: { cases: { type: 'string' }, rounds: { type: 'string' }, province: { type: 'string' } },
});
const [cases, rounds] = [Number(values.cases), Number(values.rounds)];
if (!Number.isSafeInteger(cases) || !Number.isSafeInteger(rounds) || values.province === undefined)
  throw new Error('--cases N --rounds N --province PROGRAM');
const program = values.province;

const directory = await mkdtemp(join(tmpdir(), 'exchange-bench-'));
const postgres = await startPostgres({ directory, binDirectory: postgresBinDirectory(), durable: true });
const province = async (name: string, key: JWK): Promise<TrialProvince> =>
  TrialProvince.open(
    {
      ...{ profile: 'national-json', program, roll: () => 0 },
      databaseUrl: await postgres.createDatabase(`province_${name}`),
      frontUrl: await postgres.createDatabase(`front_${name}`),
    },
    key,
  );
const key = newSm2Key('gateway-3711');
try {
  const second = await province('second', key);
  try {
    await tellRounds(second);
  } finally {
    await second.stop();
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function tellRounds(second: TrialProvince): Promise<void> {
  const databaseUrl = await postgres.createDatabase('gateway');
  const gateway = await ReportingGateway.open(databaseUrl, key, (first) => province('first', first));
  try {
    // The first round warms caches and compilers, and is told like the others.
    for (let round = 0; round <= rounds; round++) console.log(JSON.stringify(await benchRound(gateway, second, cases)));
  } finally {
    await gateway.close();
  }
}
