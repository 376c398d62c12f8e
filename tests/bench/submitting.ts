import { withCpu } from './cpu.js';
import { freePort } from '../chaos/site/free-port.js';
import { Site } from '../chaos/site/site.js';
import { Applications } from './applications.js';
import { asFastAsPossible, atRate, type Fired, type Shot } from './http-load.js';
import { median } from './measure.js';
import { startPeer } from './peers/process.js';
import type { Bench, BenchTools, Result } from './result.js';

const connections = 32;
const casesPerRound = 960;
const quickCasesPerRound = 96;
/** Each round once at full speed and once at half of it. */
const partsOfRound = 2;
const onePlace = { districts: 1, townshipsEach: 1, villagesEach: 1 } as const;

const toPeer = (shots: readonly Shot[], url: string): Shot[] =>
  shots.map(({ body }) => ({
    ...{ method: 'POST', url: `${url}/rows`, headers: { 'content-type': 'application/json' } },
    ...(body === undefined ? {} : { body }),
  }));

interface Round {
  /** Of the server and its database, at full speed. */
  readonly cpuMicrosPerRequest: number;
  readonly full: Fired;
  readonly half: Fired;
}

async function oneRound(shots: readonly Shot[], pids: () => readonly number[]): Promise<Round> {
  const middle = Math.floor(shots.length / partsOfRound);
  const { value: full, cpuMs } = await withCpu(pids, () => asFastAsPossible(shots.slice(0, middle), connections));
  const half = await atRate(shots.slice(middle), full.perSecond / 2, connections);
  return { full, half, cpuMicrosPerRequest: (cpuMs * 1_000) / middle };
}

const peerIs = 'bare Nest + Fastify + pg, one insert of the same bytes';

function resultsOf(ours: readonly Round[], peers: readonly Round[], rounds: number): Result[] {
  const of = (all: readonly Round[], value: (round: Round) => number): number => median(all.map(value));
  const speed = ({ full }: Round): number => full.perSecond;
  const cpu = ({ cpuMicrosPerRequest }: Round): number => cpuMicrosPerRequest;
  const tail = ({ half }: Round): number => half.p99Ms;
  return [
    {
      ...{ id: 'B3', what: `submit over HTTP, ${connections} connections`, unit: 'req/s', rounds, peerIs },
      ...{ ours: of(ours, speed), peer: of(peers, speed), goal: '≥ 0.35' },
    },
    {
      ...{ id: 'B3', what: 'p99 of the same at half load', unit: 'ms', rounds, peerIs },
      ...{ ours: of(ours, tail), peer: of(peers, tail), goal: '≤ 4' },
    },
    {
      ...{ id: 'B3', what: 'processor time of the same, with the database', unit: 'µs/req', rounds, peerIs },
      ...{ ours: of(ours, cpu), peer: of(peers, cpu), goal: 'shown' },
    },
  ];
}

/**
 * B3: an agent submits at a village: token, validation, mandate, journal, outgoing, receipt of the township. What lies
 * above the township is stopped: its work is not this host's.
 */
export const submitting: Bench = {
  id: 'B3',
  what: 'submitting a case over HTTP beside a bare insert',
  async run({ rounds, quick, root, say, nodeArguments }: BenchTools) {
    const site = await Site.open({ size: onePlace, root, lines: false, nodeArguments, told: say });
    const peer = await startPeer(root, 'bench-bare-nest', await freePort(), {
      TONGBAN_BENCH_DATABASE: site.urlOf('village'),
    });
    try {
      const applications = new Applications(site.office, site.stations[0]!);
      for (const host of ['district', 'city', 'provincial-gateway'] as const) await site.program(host).hold();
      const count = quick ? quickCasesPerRound : casesPerRound;
      const [ours, peers]: [Round[], Round[]] = [[], []];
      for (let round = 0; round <= rounds; round++) {
        const shots = await applications.take(count);
        const database = site.database('village');
        const ourRound = await oneRound(shots, () => [site.program('village').pid!, ...database.processes()]);
        const peerRound = await oneRound(toPeer(shots, peer.url), () => [peer.pid, ...database.processes()]);
        if (round === 0) continue; // caches, compilers and pools are warm from here on
        ours.push(ourRound);
        peers.push(peerRound);
        say(`round ${round}: ${ourRound.full.perSecond.toFixed(0)} / ${peerRound.full.perSecond.toFixed(0)} req/s`);
      }
      return resultsOf(ours, peers, rounds);
    } finally {
      await peer.stop();
      await site.stop();
      site.remove();
    }
  },
};
