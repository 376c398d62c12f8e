/** One round of measure B7: closed cases through the real exchange, and their bodies without it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import { Exchange, type ExchangeTools } from '../../src/index.js';
import { sideBySide } from '../../src/worker/side-by-side.js';
import { closedCase } from '../case-bench.js';
import { Gateway } from '../gateway.js';
import type { TestSandbox } from '../sandbox.js';

const preparedAtOnce = 4;
const roundPauseMs = 5;
const timeoutMs = 1_800_000;

export interface Side {
  readonly casesPerSecond: number;
  /** Of the process that sends. */
  readonly cpuMicrosPerCase: number;
}
export interface BenchRound {
  readonly ours: Side;
  readonly peer: Side;
  readonly batches: number;
}

interface Posted {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A gateway that signs with SM2, and what it has posted. */
export class ReportingGateway {
  posted: Posted[] = [];
  private sequence = 0;

  private constructor(
    private readonly gateway: Gateway,
    private readonly exchange: Exchange,
  ) {}

  static async open(
    databaseUrl: string,
    key: JWK,
    provinceOf: (key: JWK) => Promise<TestSandbox>,
  ): Promise<ReportingGateway> {
    const gateway = await Gateway.open(databaseUrl, provinceOf, key);
    gateway.now = Date.now();
    const posted: Posted[] = [];
    const recording: typeof fetch = (input, init) => {
      if (init?.method === 'POST')
        posted.push({
          path: new URL(String(input)).pathname,
          headers: { ...(init.headers as Record<string, string>) },
          body: Uint8Array.from(init.body as Uint8Array),
        });
      return fetch(input, init);
    };
    const tools: ExchangeTools = await gateway.tools({ carrier: await gateway.https(recording) });
    const opened = new ReportingGateway(gateway, new Exchange(tools));
    opened.posted = posted;
    return opened;
  }

  /** Cases that are closed and known here, and not reported yet. */
  async prepare(count: number): Promise<void> {
    const benches = Array.from({ length: count }, () => closedCase(randomUUID(), ++this.sequence));
    await sideBySide(benches, preparedAtOnce, (bench) => this.gateway.hold(bench, Date.now()));
    this.posted.length = 0;
  }

  /** Until the province has acknowledged everything. */
  async report(): Promise<void> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      this.gateway.now = Date.now();
      const more = await this.exchange.round();
      if ((await this.acknowledged()) === this.sequence) return;
      if (Date.now() > until) throw new Error(`${await this.acknowledged()} of ${this.sequence} were acknowledged`);
      if (!more) await sleep(roundPauseMs);
    }
  }

  close(): Promise<void> {
    return this.gateway.close();
  }

  private async acknowledged(): Promise<number> {
    const { rows } = await this.gateway.pool.query<{ count: number }>(
      `select count(*)::int as count from exchange_report where stage = 'acknowledged'`,
    );
    return rows[0]!.count;
  }
}

async function measured(cases: number, work: () => Promise<void>): Promise<Side> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { casesPerSecond: cases / seconds, cpuMicrosPerCase: (user + system) / cases };
}

/** The bodies as they were, one after the other as the gateway sends them; nothing is mapped, signed, read or kept. */
async function replay(posted: readonly Posted[], { url }: TestSandbox): Promise<void> {
  for (const { path, headers, body } of posted) {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
    const text = await answer.text();
    // A province that refuses is quick: a measure of refusals would be none.
    if (answer.status !== 200)
      throw new Error(`a body sent again was answered ${answer.status}: ${text.slice(0, 300)}`);
  }
}

export async function benchRound(gateway: ReportingGateway, second: TestSandbox, cases: number): Promise<BenchRound> {
  await gateway.prepare(cases);
  const ours = await measured(cases, () => gateway.report());
  const posted = [...gateway.posted];
  const peer = await measured(cases, () => replay(posted, second));
  return { ours, peer, batches: posted.length };
}
