import { encodeCursor } from '@tongban/platform/http';
import type { Office, Station } from '../e2e/office.js';
import { usernameOf } from '../e2e/office.js';
import { unexpected } from '../e2e/http.js';
import { Site } from '../chaos/site/site.js';
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { Applications } from './applications.js';
import { withCpu } from './cpu.js';
import { asFastAsPossible, type Shot } from './http-load.js';
import { median } from './measure.js';
import type { Bench, BenchTools, Result } from './result.js';

const connections = 32;
/** As many connections to the database as a host of the product has. */
const poolSize = 16;
const cases = 1_000_000;
const quickCases = 20_000;
const casesPerInsert = 100_000;
/** A number is answered some times a minute only, and so is an address: there must be enough of both. */
const realCases = 200;
const progressShare = 0.2;
const readsPerRound = 1_500;
const quickReadsPerRound = 100;
const pageLength = 50;
const onePlace = { districts: 1, townshipsEach: 1, villagesEach: 1 } as const;
const database = 'tongban_village';
const octets = 256;
/** The cases that were added lie this many seconds apart, all of them before the real ones. */
const secondsApart = 10;

interface Known {
  readonly record: string;
  readonly number: string;
  readonly queryCode: string;
}

/** One kind of read: what a client asks for, and the statement by hand. */
interface Read {
  readonly what: string;
  readonly shots: (count: number) => Shot[];
  readonly sql: string;
  readonly parameters: (turn: number) => readonly unknown[];
}

const columns = 'record, state, seq, head_hash';
const byId = `select ${columns} from case_view where node = $1 and record = $2`;
const byNumber = `select ${columns} from case_view where number = $1 order by seq desc limit 1`;
const firstPage = `select ${columns} from case_view where node = $1 order by submitted_at desc, record desc limit $2`;
const laterPage = `select ${columns} from case_view where node = $1 and (submitted_at, record) < ($3::timestamptz, $4)
  order by submitted_at desc, record desc limit $2`;

async function submitSome(applications: Applications): Promise<Known[]> {
  const known: Known[] = [];
  for (const { url, headers, body } of await applications.take(realCases)) {
    const answer = await fetch(url, { method: 'POST', headers, body: body! });
    const json = (await answer.json()) as Record<string, unknown>;
    if (answer.status !== 201) throw new Error(`a submission was answered ${answer.status}: ${JSON.stringify(json)}`);
    known.push({
      record: String(json['record']),
      number: String(json['number']),
      queryCode: String(json['queryCode']),
    });
  }
  return known;
}

/** Copies of one case with records, numbers and times of their own; every other column is the real case's. */
async function addCases(site: Site, template: string, count: number, say: BenchTools['say']): Promise<void> {
  const server = site.database('village');
  const names = await server.query<{ name: string }>(
    database,
    `select column_name as name from information_schema.columns where table_name = 'case_view' order by ordinal_position`,
  );
  const own: Readonly<Record<string, string>> = {
    record: 'gen_random_uuid()',
    number: `'B4-' || lpad(place::text, 8, '0')`,
    submitted_at: `t.submitted_at - place * interval '${secondsApart} seconds'`,
    changed_at: `t.changed_at - place * interval '${secondsApart} seconds'`,
  };
  const list = names.map(({ name }) => name);
  const values = list.map((name) => own[name] ?? `t.${name}`);
  for (let from = 1; from <= count; from += casesPerInsert) {
    const until = Math.min(count, from + casesPerInsert - 1);
    await server.query(
      database,
      `insert into case_view (${list.join(', ')}) select ${values.join(', ')}
         from case_view t cross join generate_series($2::int, $3::int) place where t.record = $1`,
      [template, from, until],
    );
    say(`${until} of ${count} cases`);
  }
  await server.query(database, 'vacuum analyze case_view');
}

async function readsOf(office: Office, { village }: Station, known: readonly Known[], site: Site): Promise<Read[]> {
  const token = await office.token(usernameOf('agent', village));
  const headers = { authorization: `Bearer ${token}` };
  const get = (url: string, own: Record<string, string> = headers): Shot => ({ method: 'GET', url, headers: own });
  const one = (turn: number): Known => known[turn % known.length]!;
  const many =
    (shot: (turn: number) => Shot) =>
    (count: number): Shot[] =>
      Array.from({ length: count }, (_unused, turn) => shot(turn));
  const [last] = await site
    .database('village')
    .query<{ at: Date; record: string }>(
      database,
      `select submitted_at as at, record::text from case_view where node = $1 order by submitted_at, record offset $2 limit 1`,
      [village, pageLength],
    );
  if (last === undefined) throw new Error('there is no last page');
  const cursor = encodeCursor({ at: last.at.toISOString(), record: last.record });
  const list = office.url(village, `/cases?limit=${pageLength}`);
  return [
    {
      what: 'a case by its record',
      shots: many((turn) => get(office.url(village, `/cases/${one(turn).record}`))),
      ...{ sql: byId, parameters: (turn) => [village, one(turn).record] },
    },
    {
      what: `first page of ${pageLength}`,
      shots: many(() => get(list)),
      ...{ sql: firstPage, parameters: () => [village, pageLength + 1] },
    },
    {
      what: `last page of ${pageLength}`,
      shots: many(() => get(`${list}&cursor=${encodeURIComponent(cursor)}`)),
      ...{ sql: laterPage, parameters: () => [village, pageLength + 1, last.at, last.record] },
    },
    {
      what: 'progress by number',
      shots: (count) =>
        many((turn) =>
          get(`${office.base('village')}/v1/progress/${one(turn).number}?code=${one(turn).queryCode}`, from()),
        )(Math.ceil(count * progressShare)),
      ...{ sql: byNumber, parameters: (turn) => [one(turn).number] },
    },
  ];
}

/** Somebody else's address each time, as a proxy before the host tells it. */
const from = (): Record<string, string> => ({
  'x-forwarded-for': `10.${randomInt(octets)}.${randomInt(octets)}.${randomInt(octets)}`,
});

/** The statements by hand over so many workers; how many a second. */
async function byHand(pool: pg.Pool, { sql, parameters }: Read, count: number): Promise<number> {
  let next = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (let turn = next++; turn < count; turn = next++) await pool.query(sql, [...parameters(turn)]);
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return count / ((performance.now() - began) / 1_000);
}

/** @throws when a plan reads the whole table */
async function refuseScans(pool: pg.Pool, { what, sql, parameters }: Read): Promise<void> {
  const { rows } = await pool.query<Record<string, unknown>>(`explain (format json) ${sql}`, [...parameters(0)]);
  if (JSON.stringify(rows).includes('Seq Scan')) throw new Error(`${what} reads the whole table`);
}

async function checkAnswers(office: Office, { village }: Station): Promise<void> {
  const answer = await office.get(usernameOf('agent', village), village, `/cases?limit=${pageLength}`);
  const shown = answer.json?.['cases'];
  if (answer.status !== 200 || !Array.isArray(shown) || shown.length !== pageLength) throw unexpected('a page', answer);
}

interface Rate {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function measure(
  site: Site,
  reads: readonly Read[],
  pool: pg.Pool,
  { rounds, quick, say }: BenchTools,
): Promise<Result[]> {
  const servers = (): number[] => site.database('village').processes();
  const count = quick ? quickReadsPerRound : readsPerRound;
  const ours = new Map<string, Rate[]>(reads.map(({ what }) => [what, []]));
  const peers = new Map<string, Rate[]>(reads.map(({ what }) => [what, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const read of reads) {
      const shots = read.shots(count);
      const host = (): number[] => [site.program('village').pid!, ...servers()];
      const fired = await withCpu(host, () => asFastAsPossible(shots, connections));
      const hand = await withCpu(
        () => [process.pid, ...servers()],
        () => byHand(pool, read, count),
      );
      if (round === 0) continue; // caches, compilers and pools are warm from here on
      const perRead = (cpuMs: number, done: number): number => (cpuMs * 1_000) / done;
      const { perSecond } = fired.value;
      ours.get(read.what)!.push({ perSecond, cpuMicros: perRead(fired.cpuMs, shots.length) });
      peers.get(read.what)!.push({ perSecond: hand.value, cpuMicros: perRead(hand.cpuMs, count) });
      say(`round ${round}, ${read.what}: ${fired.value.perSecond.toFixed(0)} / ${hand.value.toFixed(0)} a second`);
    }
  }
  const peerIs = 'the same SQL by hand through pg';
  const of = (all: ReadonlyMap<string, readonly Rate[]>, what: string, key: keyof Rate): number =>
    median(all.get(what)!.map((rate) => rate[key]));
  const results = reads.map(({ what }): Result => ({
    ...{ id: 'B4', what, unit: 'req/s', ours: of(ours, what, 'perSecond'), peer: of(peers, what, 'perSecond') },
    ...{ peerIs, goal: '≥ 0.5', rounds },
  }));
  const cpu = reads.map(({ what }): Result => ({
    ...{ id: 'B4', what: `processor time: ${what}`, unit: 'µs/req', peerIs, goal: 'shown', rounds },
    ...{ ours: of(ours, what, 'cpuMicros'), peer: of(peers, what, 'cpuMicros') },
  }));
  const [, first, last] = results;
  return [
    ...results,
    {
      ...{ id: 'B4', what: 'last page beside the first', unit: 'req/s', ours: last!.ours, peer: first!.ours },
      ...{ peerIs: 'the first page', goal: '≥ 0.8', rounds },
    },
    ...cpu,
  ];
}

/** B4: reading among a million cases of one node. */
export const reading: Bench = {
  id: 'B4',
  what: 'reading cases among many beside the same SQL by hand',
  async run(tools: BenchTools) {
    const { quick, root, say, nodeArguments } = tools;
    const site = await Site.open({ size: onePlace, root, lines: false, nodeArguments, told: say });
    const pool = new pg.Pool({ connectionString: site.urlOf('village'), max: poolSize });
    pool.on('error', () => undefined); // the server may be stopped before the pool
    try {
      const station = site.stations[0]!;
      const known = await submitSome(new Applications(site.office, station));
      for (const host of ['township', 'district', 'city', 'provincial-gateway'] as const)
        await site.program(host).hold();
      await addCases(site, known[0]!.record, quick ? quickCases : cases, say);
      const reads = await readsOf(site.office, station, known, site);
      for (const read of reads) await refuseScans(pool, read);
      await checkAnswers(site.office, station);
      return await measure(site, reads, pool, tools);
    } finally {
      await pool.end();
      await site.stop();
      site.remove();
    }
  },
};
