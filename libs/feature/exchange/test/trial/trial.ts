/** One profile against a hostile province: every case with it or on the list with a reason, both statements equal. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  compareStatements,
  defaultBreakerPolicy,
  defaultReportPolicy,
  profileOf,
  statementOf,
  type ProfileName,
  type Statement,
} from '@tongban/domain/exchange';
import {
  Exchange,
  FrontCarrier,
  openFrontDatabase,
  type Carrier,
  type ExchangeTools,
  type FrontProfile,
} from '../../src/index.js';
import { statementOfDay } from '../../src/usecase/statement.js';
import { Gateway } from '../gateway.js';
import { trialCase, type TrialCase } from './kinds.js';
import { TrialProvince, type ProvinceOptions } from './province.js';

export interface TrialResult {
  readonly profile: ProfileName;
  readonly cases: number;
  readonly acknowledged: number;
  /** Held or rejected, each with what is wrong. */
  readonly listed: number;
  readonly unexplained: number;
  /** Cases that ended up elsewhere than their kind should. */
  readonly astray: number;
  readonly mended: number;
  readonly rows: number;
  readonly statementsEqual: boolean;
  readonly seconds: number;
  readonly casesPerSecond: number;
}

export interface TrialOptions extends ProvinceOptions {
  readonly profile: ProfileName;
  readonly cases: number;
  readonly gatewayDatabaseUrl: string;
  readonly say: (text: string) => void;
}

const troubleEveryMs = 700;
const roundPauseMs = 50;
const mostSecondsPerCase = 1;
const leastSeconds = 180;
const reportPolicy = { ...defaultReportPolicy, retryFirstMs: 100, retryMaxMs: 1_000, answerTimeoutMs: 5_000 };
const breakerPolicy = { ...defaultBreakerPolicy, openMs: 200, openMaxMs: 1_000, probeMs: 3_000 };
const limits = {
  ...{ dueCasesPerRound: 200, openBatchesMax: 60, sendsPerRound: 60, heldRecheckMs: 60_000, notesPerRound: 500 },
  ...{ requestTimeoutMs: 5_000, objectionsEveryMs: 500, noteRetryFirstMs: 100, feedOverlapMs: 1_000 },
};
const front = { quietMs: 2_500, pollMs: 300 };
const hourMs = 3_600_000;

async function carrierOf(gateway: Gateway, { profile, frontUrl }: TrialOptions): Promise<Carrier> {
  if (profile === 'national-json') return gateway.https(fetch);
  if (profile === 'national-grpc') return gateway.grpc();
  return new FrontCarrier({
    ...front,
    database: openFrontDatabase(frontUrl),
    profile: profileOf[profile]({ province: '37' }) as FrontProfile,
    clock: { now: () => gateway.now },
    log: () => undefined,
  });
}

/** Until nothing moves any more: all reports settled, all outcomes in their journals. */
async function settle(
  exchange: Exchange,
  gateway: Gateway,
  options: TrialOptions,
  province: TrialProvince,
  hostile: boolean,
): Promise<void> {
  const until = Date.now() + 1_000 * Math.max(leastSeconds, options.cases * mostSecondsPerCase);
  let troubleAt = Date.now() + troubleEveryMs;
  while (Date.now() < until) {
    gateway.now = Date.now();
    const more = await exchange.round();
    if (hostile && Date.now() > troubleAt) {
      await province.trouble();
      troubleAt = Date.now() + troubleEveryMs;
    }
    if (await isSettled(gateway)) return;
    if (!more) await sleep(roundPauseMs);
  }
  options.say('not settled in time');
}

async function isSettled({ pool }: Gateway): Promise<boolean> {
  const { rows } = await pool.query<{ open: number; seen: number; held: number }>(
    `select (select count(*)::int from exchange_report where stage in ('pending', 'sent', 'idle')) +
            (select count(*)::int from exchange_note where state = 'waiting') +
            (select count(*)::int from exchange_batch where state = 'open') as open,
            (select count(*)::int from exchange_report) as seen, (select count(*)::int from held_case) as held`,
  );
  const { open, seen, held } = rows[0]!;
  return open === 0 && seen === held;
}

const chinaDay = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(at);

/** Ours against the carrier's, and against what the province says of itself. */
async function statementsEqual(
  tools: ExchangeTools,
  { url }: TrialProvince,
  from: number,
  say: TrialOptions['say'],
): Promise<boolean> {
  for (const day of new Set([chinaDay(from), chinaDay(Date.now())])) {
    const ours = await statementOfDay(tools, day);
    if (!ours.ok) return false;
    const answer = await fetch(`${url}/exchange/v1/statement?day=${day}&profile=${tools.profile.name}`);
    const { kinds } = (await answer.json()) as { kinds: Partial<Statement> };
    const own = compareStatements(ours.value.ours, { ...statementOf([]), ...kinds });
    const differences = [...ours.value.differences, ...own];
    if (differences.length > 0) {
      say(JSON.stringify(differences));
      return false;
    }
  }
  return true;
}

interface Outcome {
  readonly stage: string;
  readonly reasons: number;
}
async function outcomes({ pool }: Gateway): Promise<ReadonlyMap<string, Outcome>> {
  const { rows } = await pool.query<{ record: string; stage: string; reasons: number }>(
    `select record, stage, case stage when 'held' then json_array_length(state -> 'held')
       when 'rejected' then json_array_length(state -> 'problems') else 0 end as reasons from exchange_report`,
  );
  return new Map(rows.map(({ record, ...outcome }) => [record, outcome]));
}

/** Every second reject is mended at its node. */
async function mend(gateway: Gateway, cases: readonly TrialCase[]): Promise<number> {
  const rejected = cases.filter(({ fate }) => fate === 'rejected').filter((_one, index) => index % 2 === 0);
  for (const { bench } of rejected) {
    const changes = { identityType: 'residentIdentityCard' } as const;
    await gateway.hold(bench.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
  }
  return rejected.length;
}

export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const started = Date.now();
  let province: TrialProvince | undefined;
  const gateway = await Gateway.open(
    options.gatewayDatabaseUrl,
    async (key) => (province = await TrialProvince.open(options, key)),
  );
  gateway.now = started;
  const carrier = await carrierOf(gateway, options);
  try {
    const profile = profileOf[options.profile]({ province: '37' });
    const tools = await gateway.tools({ profile, carrier, reportPolicy, breakerPolicy, limits });
    const cases = Array.from({ length: options.cases }, (_unused, number) => trialCase(number));
    for (const { bench } of cases) await gateway.hold(bench, Date.now() - hourMs);
    const prepared = Date.now();
    options.say(`${options.profile}: ${cases.length} cases prepared in ${Math.round((prepared - started) / 1000)} s`);
    await settle(new Exchange(tools), gateway, options, province!, true);
    const mended = await mend(gateway, cases);
    // Another process goes on where the first one was killed.
    await settle(new Exchange(tools), gateway, options, province!, true);
    await province!.calm();
    await sleep(front.quietMs);
    await settle(new Exchange(tools), gateway, options, province!, false);
    const seconds = (Date.now() - prepared) / 1000;
    const { rows: counted } = await gateway.pool.query<{ rows: number }>(
      'select count(*)::int as rows from exchange_answer',
    );
    return {
      ...tally(cases, await outcomes(gateway)),
      ...{ profile: options.profile, mended, rows: counted[0]!.rows },
      statementsEqual: await statementsEqual(tools, province!, started, options.say),
      seconds: Math.round(seconds * 10) / 10,
      casesPerSecond: Math.round((options.cases / seconds) * 10) / 10,
    };
  } finally {
    await carrier.close?.();
    await gateway.close();
  }
}

function tally(cases: readonly TrialCase[], found: ReadonlyMap<string, Outcome>) {
  const counts = { cases: cases.length, acknowledged: 0, listed: 0, unexplained: 0, astray: 0 };
  let rejects = 0;
  for (const { bench, fate } of cases) {
    const { stage, reasons } = found.get(bench.record) ?? { stage: 'unknown', reasons: 0 };
    if (stage === 'acknowledged') counts.acknowledged++;
    else if ((stage === 'held' || stage === 'rejected') && reasons > 0) counts.listed++;
    else counts.unexplained++;
    const expected = fate === 'rejected' && rejects++ % 2 === 0 ? 'acknowledged' : fate;
    if (stage !== expected) counts.astray++;
  }
  return counts;
}
