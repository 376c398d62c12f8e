import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './measure.js';

const requestTimeoutMs = 30_000;

export interface Shot {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Fired {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One request on a kept-open connection; the status. */
function fire(agent: Agent, { method, url, headers, body }: Shot): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers, timeout: requestTimeoutMs }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${requestTimeoutMs} ms: ${url}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

async function fireWell(agent: Agent, shot: Shot): Promise<number> {
  const began = performance.now();
  const { status, text } = await fire(agent, shot);
  // A server that refuses is quick: a measure of refusals would be none.
  if (status !== 200 && status !== 201) throw new Error(`${shot.method} ${shot.url}: ${status} ${text.slice(0, 300)}`);
  return performance.now() - began;
}

function measured(latencies: readonly number[], began: number): Fired {
  return {
    perSecond: latencies.length / ((performance.now() - began) / 1_000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** All shots over so many connections, each connection as fast as it is answered. */
export async function asFastAsPossible(shots: readonly Shot[], connections: number): Promise<Fired> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (let shot = shots[next++]; shot !== undefined; shot = shots[next++])
      latencies.push(await fireWell(agent, shot));
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
    return measured(latencies, began);
  } finally {
    agent.destroy();
  }
}

/** All shots at a steady rate, whether earlier ones were answered or not: waiting in a queue counts. */
export async function atRate(shots: readonly Shot[], perSecond: number, connections: number): Promise<Fired> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const began = performance.now();
  try {
    const fired: Promise<void>[] = [];
    for (const [index, shot] of shots.entries()) {
      const due = began + (index * 1_000) / perSecond;
      const waitMs = due - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      fired.push(
        fireWell(agent, shot).then(() => {
          latencies.push(performance.now() - due);
        }),
      );
    }
    await Promise.all(fired);
    return measured(latencies, began);
  } finally {
    agent.destroy();
  }
}
