import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, commandHeaders, type Answer } from './http.js';
import { usernameOf, type Office, type Station } from './office.js';
import {
  agentOf,
  approval,
  attach,
  grantMandate,
  itemsOfTownship,
  makeApplicant,
  submissionOf,
  type Item,
} from './papers.js';
import { until } from './wait.js';

const pauseBetweenCasesMs = 250;
const retryPauseMs = 150;
/** As long as a client goes on with one command: longer than anything that is taken away stays away. */
const patienceMs = 180_000;
const progressTimeoutMs = 60_000;

/** A command that was answered with success. */
export interface Acknowledged {
  readonly key: string;
  readonly record: string;
  readonly station: Station;
}

interface Desk {
  readonly station: Station;
  readonly item: Item;
  readonly submission: object;
}

/** What may pass: the service says that it is away or busy, and the case may still be on its way to the township. */
const passing: Readonly<Record<string, number>> = {
  // The village has not heard yet that the applicant's last case is closed.
  'case.duplicate': 409,
  'service.unavailable': 503,
  'service.busy': 429,
  'case.unknown': 404,
  'case.handing-over': 409,
  // The node is on its way to a host of its own.
  'node.moving': 503,
  'node.not-hosted': 404,
};

const lastOf = (answer: Answer | undefined): string =>
  answer === undefined ? 'no answer' : `${answer.status} ${String(answer.json?.['code'])}`;

/** Agents, clerks and approvers at work at some villages and their townships, who try again with the same key. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that no client should ever get. */
  readonly faults: string[] = [];
  /** How often each status and code came; `no answer` for connections that failed. */
  readonly answers = new Map<string, number>();
  finishedCases = 0;
  private stopping = false;
  private workers: Promise<void>[] = [];

  private constructor(
    private readonly office: Office,
    private readonly desks: readonly Desk[],
  ) {}

  /** Everything that the work needs is made beforehand: mandates, papers, tokens. */
  static async prepare(office: Office, stations: readonly Station[]): Promise<Load> {
    const desks: Desk[] = [];
    for (const station of stations) {
      const [item] = await itemsOfTownship(office, station.village, station.township, 1);
      if (item === undefined) throw new Error(`${station.village} offers nothing of its township`);
      const agent = agentOf(station);
      const applicant = makeApplicant();
      const mandate = await grantMandate(office, agent, station.village, applicant, { items: [item.code] });
      const attachments = await attach(office, agent, station.village, item.required);
      const parts = { item: item.code, applicant, mandate, attachments, form: item.form };
      desks.push({ station, item, submission: submissionOf(parts) });
      for (const role of ['clerk', 'approver'] as const) await office.token(usernameOf(role, station.township));
    }
    return new Load(office, desks);
  }

  start(): void {
    this.workers = this.desks.map((desk) => this.work(desk));
  }

  /** Lets the cases under way be finished. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.workers);
  }

  /** Waits until `count` more cases are finished: life goes on. */
  async goesOn(count: number): Promise<void> {
    const wanted = this.finishedCases + count;
    await until(
      `${count} more cases to be finished`,
      progressTimeoutMs,
      () => (this.finishedCases >= wanted ? true : undefined),
      () => this.told(),
    );
  }

  told(): string {
    return [...this.answers].map(([what, times]) => `${what}: ${times}`).join(', ');
  }

  private async work(desk: Desk): Promise<void> {
    while (!this.stopping) {
      if (await this.oneCase(desk)) this.finishedCases++;
      await sleep(pauseBetweenCasesMs);
    }
  }

  private async oneCase({ station, item, submission }: Desk): Promise<boolean> {
    const { village, township } = station;
    const submitted = await this.command(agentOf(station), station, village, '/cases', submission);
    const record = submitted?.json?.['record'];
    if (typeof record !== 'string') return false;
    const clerk = usernameOf('clerk', township);
    const steps = [
      { by: clerk, action: 'acceptance', body: {} },
      { by: usernameOf('approver', township), action: 'decision', body: approval },
      ...(item.hasResult ? [{ by: clerk, action: 'certificate', body: {} }] : []),
    ];
    for (const { by, action, body } of steps) {
      const done = await this.command(by, station, township, `/cases/${record}/${action}`, body);
      if (done === undefined) return false;
    }
    return true;
  }

  /** Sends one command until it is answered for good; undefined when that did not happen, which is a fault. */
  private async command(
    by: string,
    station: Station,
    node: string,
    path: string,
    body: object,
  ): Promise<Answer | undefined> {
    const key = randomUUID();
    const token = await this.office.token(by);
    const deadline = performance.now() + patienceMs;
    let answer: Answer | undefined;
    while (performance.now() < deadline) {
      answer = await this.once(this.office.url(node, path), token, key, JSON.stringify(body));
      if (answer?.status === 201) {
        this.acknowledged.push({ key, record: String(answer.json?.['record']), station });
        return answer;
      }
      if (answer !== undefined && !this.mayPass(answer)) {
        this.faults.push(`POST ${path} by ${by}: ${answer.status} ${answer.text.slice(0, 300)}`);
        return undefined;
      }
      await sleep(retryPauseMs);
    }
    this.faults.push(`POST ${path} by ${by} was not done in ${patienceMs / 1000} s, last: ${lastOf(answer)}`);
    return undefined;
  }

  private mayPass({ status, contentType, json }: Answer): boolean {
    const code = String(json?.['code']);
    return passing[code] === status && contentType.startsWith('application/problem+json');
  }

  private async once(url: string, token: string, key: string, body: string): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    try {
      answer = await ask({ method: 'POST', url, token, headers: commandHeaders(key), body });
    } catch {
      // Nobody listens at the moment, or whoever did was killed: the same as no answer.
    }
    const code = answer?.json?.['code'];
    const what = answer === undefined ? 'no answer' : `${answer.status}${typeof code === 'string' ? ` ${code}` : ''}`;
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
    return answer;
  }
}
