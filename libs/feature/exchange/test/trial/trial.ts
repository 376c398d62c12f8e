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
  FrontInbox,
  openFrontDatabase,
  type BaseCatalogue,
  type Carrier,
  type ExchangeTools,
  type FrontProfile,
  type ProvinceInbox,
} from '../../src/index.js';
import { statementOfDay } from '../../src/usecase/statement.js';
import { ok, refuse } from '@tongban/kernel';
import { sideBySide } from '../../src/worker/side-by-side.js';
import { Gateway } from '../gateway.js';
import { trialCase, type TrialCase } from './kinds.js';
import { Nodes, papers } from './nodes.js';
import { countReplies, plantAll, type PortalCount } from './portal.js';
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
  /** Messages of the province by kind; cases that applications became are among `cases`. */
  readonly inbound: Readonly<Record<string, PortalCount>>;
  readonly statementsEqual: boolean;
  readonly seconds: number;
  readonly casesPerSecond: number;
}

export interface TrialOptions extends ProvinceOptions {
  readonly cases: number;
  readonly gatewayDatabaseUrl: string;
  readonly say: (text: string) => void;
}

const troubleEveryMs = 700;
const roundPauseMs = 50;
const preparedAtOnce = 4;
const sayEveryMs = 5_000;
const mostSecondsPerCase = 1;
const leastSeconds = 180;
const reportPolicy = { ...defaultReportPolicy, retryFirstMs: 100, retryMaxMs: 1_000, answerTimeoutMs: 5_000 };
const breakerPolicy = { ...defaultBreakerPolicy, openMs: 200, openMaxMs: 1_000, probeMs: 3_000 };
const limits = {
  ...{ openBatchesMax: 60, sendsPerRound: 60, heldRecheckMs: 60_000, notesPerRound: 500 },
  ...{ requestTimeoutMs: 5_000, objectionsEveryMs: 500, noteRetryFirstMs: 100, feedOverlapMs: 1_000 },
  ...{ inboxEveryMs: 500, noteCheckMs: 300, noteRetryMaxMs: 1_000 },
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

function inboxOf(gateway: Gateway, { profile, frontUrl }: TrialOptions): Promise<ProvinceInbox> | ProvinceInbox {
  if (profile === 'national-json') return gateway.httpsInbox();
  if (profile === 'national-grpc') return gateway.grpcInbox();
  const { front: tables } = profileOf[profile]({ province: '37' }) as FrontProfile;
  return new FrontInbox(openFrontDatabase(frontUrl), tables.inbound);
}

/** The province's node beside the gateway: a version is laid down once. */
function baseCatalogue(): BaseCatalogue {
  const versions = new Map<string, string>();
  return {
    publish: async (_key, { code, version, fields }) => {
      const name = `${code}@${version}`;
      if (versions.has(name) && versions.get(name) !== fields.name)
        return refuse('item.version-conflict', '该版本已有不同内容');
      versions.set(name, fields.name);
      return ok({});
    },
  };
}

interface Running {
  readonly nodes: Nodes;
  readonly tools: ExchangeTools;
  readonly exchange: Exchange;
  readonly gateway: Gateway;
  readonly options: TrialOptions;
  readonly province: TrialProvince;
}

/** Until nothing moves any more (all reports settled, all outcomes in their journals) and what was waited for is so. */
async function settle(
  { exchange, gateway, options, province, nodes, tools }: Running,
  hostile: boolean,
  enough: () => Promise<boolean>,
): Promise<void> {
  const until = Date.now() + 1_000 * Math.max(leastSeconds, options.cases * mostSecondsPerCase);
  let troubleAt = Date.now() + troubleEveryMs;
  while (Date.now() < until) {
    gateway.now = Date.now();
    const more = await exchange.round();
    await nodes.work(tools);
    if (hostile && Date.now() > troubleAt) {
      await province.trouble();
      troubleAt = Date.now() + troubleEveryMs;
    }
    if (!more && (await isSettled(gateway)) && (await enough())) return;
    if (!more) await sleep(roundPauseMs);
  }
  options.say(`not settled in time: ${JSON.stringify(await standing(gateway))}`);
}

async function isSettled({ pool }: Gateway): Promise<boolean> {
  const { rows } = await pool.query<{ settled: boolean }>(
    `select not exists (select from exchange_report where stage in ('pending', 'sent', 'idle'))
        and not exists (select from exchange_note where state = 'waiting')
        and not exists (select from exchange_batch where state = 'open')
        and not exists (select from exchange_order where stage = 'open' or next_at is not null)
        and (select count(*) from exchange_report) = (select count(*) from held_case) as settled`,
  );
  return rows[0]!.settled;
}

/** What there is in each state, to say what a trial hangs on. */
async function standing({ pool }: Gateway): Promise<object> {
  const { rows } = await pool.query<{ what: string; count: number }>(
    `select 'report ' || stage as what, count(*)::int from exchange_report group by stage
      union all select 'note ' || state, count(*)::int from exchange_note group by state
      union all select 'batch ' || state, count(*)::int from exchange_batch group by state
      union all select 'message ' || kind || ' ' || stage || case when next_at is null then '' else ' due' end, count(*)::int
        from exchange_order group by 1`,
  );
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
}

/** A reject may be found long after its batch was taken for good: only then can it be mended. */
const hasRejects = async ({ pool }: Gateway, cases: readonly TrialCase[]): Promise<boolean> => {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from exchange_report where stage = 'rejected'`,
  );
  return rows[0]!.count >= cases.filter(({ fate }) => fate === 'rejected').length;
};

/** Says something at most every so often. */
function everySoOften(say: TrialOptions['say']): TrialOptions['say'] {
  let nextAt = 0;
  return (text) => {
    if (Date.now() < nextAt) return;
    nextAt = Date.now() + sayEveryMs;
    say(text);
  };
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

async function countOrders({ pool }: Gateway): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from exchange_order');
  return rows[0]!.count;
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
  const inbox = await inboxOf(gateway, options);
  try {
    const profile = profileOf[options.profile]({ province: '37' });
    const outgoing = await gateway.tools({ profile, carrier, reportPolicy, breakerPolicy, limits });
    const nodes = new Nodes(gateway, outgoing.commands, everySoOften(options.say));
    const tools: ExchangeTools = {
      ...{ ...outgoing, inbox, commands: nodes, baseCatalogue: baseCatalogue() },
      applications: { papers, isDivision: (code) => code.startsWith('3711') },
    };
    const cases = Array.from({ length: options.cases }, (_unused, number) => trialCase(number));
    await sideBySide(cases, preparedAtOnce, ({ bench }) => gateway.hold(bench, Date.now() - hourMs));
    const prepared = Date.now();
    options.say(`${options.profile}: ${cases.length} cases prepared in ${Math.round((prepared - started) / 1000)} s`);
    const running = { gateway, options, province: province!, nodes, tools };
    await settle({ ...running, exchange: new Exchange(tools) }, true, () => hasRejects(gateway, cases));
    const mended = await mend(gateway, cases);
    const sent = await plantAll(province!, cases);
    const isPlanted = async () => (await countOrders(gateway)) >= sent.length;
    // Another process goes on where the first one was killed.
    const second = { ...running, exchange: new Exchange(tools) };
    await settle(second, true, isPlanted);
    await province!.calm();
    const say = everySoOften(options.say);
    let equal = false;
    // Both sides agree on every day once the province has judged everything and its last objection has come.
    const agreed = async () =>
      (equal = (await province!.hasJudged()) && (await statementsEqual(tools, province!, started, say)));
    await settle(second, false, agreed);
    const seconds = (Date.now() - prepared) / 1000;
    const { rows: counted } = await gateway.pool.query<{ rows: number }>(
      'select count(*)::int as rows from exchange_answer',
    );
    const taken = nodes.taken.map((bench): TrialCase => ({ bench, fate: 'acknowledged' }));
    const inbound = countReplies(sent, await province!.heard());
    return {
      ...tally([...cases, ...taken], await outcomes(gateway)),
      ...{ profile: options.profile, mended, rows: counted[0]!.rows, inbound },
      statementsEqual: equal,
      seconds: Math.round(seconds * 10) / 10,
      casesPerSecond: Math.round((options.cases / seconds) * 10) / 10,
    };
  } finally {
    await carrier.close?.();
    await inbox.close?.();
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
