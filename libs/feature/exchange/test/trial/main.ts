/** The program of `npm run exchange:trial`: see tools/bootstrap/exchange-trial.mjs, which builds and starts it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileNames, type ProfileName } from '@tongban/domain/exchange';
import { startPostgres } from '@tongban/platform/local';
import { optionsOf, postgresBinDirectory, wrongUsage } from '@tongban/testkit';
import { createConnection } from 'mysql2/promise';
import { runTrial, type TrialResult } from './trial.js';

const usualCases = 1_000;
const mostCases = 100_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const usage = `npm run exchange:trial -- [--cases 1..${mostCases}] [--profile all|${profileNames.join('|')}] [--seed N] [--front postgres|mariadb] [--json]`;
const values = optionsOf(usage, {
  cases: { type: 'string', default: String(usualCases) },
  profile: { type: 'string', default: 'all' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  /** The bundle of the sandbox. */
  province: { type: 'string' },
  /** mysql:// of a server for the front-end database; PostgreSQL without it. */
  mysql: { type: 'string' },
});

/** mulberry32: the same seed is the same trouble. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const chosen = values.profile === 'all' ? profileNames : profileNames.filter((name) => name === values.profile);
const cases = Number(values.cases);
if (chosen.length === 0) wrongUsage(`there is no profile ${values.profile}`, usage);
if (!Number.isInteger(cases) || cases < 1 || cases > mostCases)
  wrongUsage(`--cases wants a whole number from 1 to ${mostCases}`, usage);
const program = values.province ?? wrongUsage('--province wants the bundle of the sandbox', usage);

const directory = await mkdtemp(join(tmpdir(), 'exchange-trial-pg-'));
const postgres = await startPostgres({ directory, binDirectory: postgresBinDirectory(), durable: false });
const results: TrialResult[] = [];
try {
  for (const profile of chosen) results.push(await trialOf(profile, program));
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
if (values.json) process.stdout.write(`${JSON.stringify(results.length === 1 ? results[0] : results)}\n`);
else
  for (const result of results)
    process.stdout.write(
      `${Object.entries(result)
        .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
        .join('  ')}\n`,
    );
const good = results.every(
  ({ unexplained, astray, statementsEqual, inbound }) =>
    unexplained === 0 &&
    astray === 0 &&
    statementsEqual &&
    Object.values(inbound).every(({ sent, answered }) => sent === answered),
);
process.exitCode = good ? 0 : 1;

async function trialOf(profile: ProfileName, program: string): Promise<TrialResult> {
  const name = profile.replaceAll('-', '_');
  const result = await runTrial({
    ...{ profile, cases, program, say, roll: dice(Number(values.seed)) },
    gatewayDatabaseUrl: await postgres.createDatabase(`gateway_${name}`),
    databaseUrl: await postgres.createDatabase(`province_${name}`),
    frontUrl: await frontDatabase(name),
  });
  say(JSON.stringify(result));
  return result;
}

async function frontDatabase(name: string): Promise<string> {
  if (values.mysql === undefined) return postgres.createDatabase(`front_${name}`);
  const connection = await createConnection(values.mysql);
  await connection.query(`create database front_${name} character set utf8mb4`);
  await connection.end();
  return `${values.mysql}/front_${name}`;
}
