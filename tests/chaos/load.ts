import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { applicantFormSchema } from '@tongban/domain/catalogue';
import { z } from 'zod';
import { ask, commandHeaders, unexpected, type Answer } from '../e2e/http.js';
import type { Office, Station } from '../e2e/office.js';
import {
  agentOf,
  attach,
  grantOf,
  makeApplicant,
  offeredCodes,
  submissionOf,
  filledForm,
  type Applicant,
  type Attached,
} from '../e2e/papers.js';
import { actsOn, withdrawalOf, type Command, type Kind } from './acts.js';
import type { Acknowledged } from './check/world.js';
import type { Dice } from './dice.js';

const retryPauseMs = 250;
const pauseBetweenCasesMs = 200;
/** As long as a client goes on with one command while things are being hurt. */
const patienceMs = 480_000;
/** How long what is under way may take once everything is whole again: as long as it needs where the machine is slow. */
const lastPatienceMs = 180_000;
const withdrawalShare = 0.1;
const mostErrandsPerDesk = 5;

const offeredSchema = z.object({
  code: z.string(),
  audience: z.array(z.string()),
  presenceRequired: z.boolean(),
  regime: z.string(),
  result: z.object({ kind: z.string() }),
  materials: z.array(z.object({ code: z.string(), necessity: z.string() })),
  powers: z.array(z.string()),
  applicantForm: applicantFormSchema,
  route: z.object({ accept: z.string(), decide: z.string(), certify: z.string(), deliver: z.string() }).optional(),
});

/** Regimes whose cases need no acts of others between acceptance and decision, but for the review. */
const plainRegimes = ['onTheSpot', 'promised', 'reportedUp'];

/** One applicant's papers for one kind of case. A case that was given up blocks its applicant: then comes another. */
interface Errand {
  readonly kind: Kind;
  readonly attachments: readonly Attached[];
  applicant: Applicant;
  mandate: string | undefined;
}

interface Desk {
  readonly station: Station;
  readonly errands: readonly Errand[];
}

/** What may pass: the service says that it is away or busy, or what it waits for has not arrived yet. */
const passing: Readonly<Record<string, readonly number[]>> = {
  'case.duplicate': [409],
  'case.unknown': [404],
  'case.handing-over': [409],
  'case.state': [409],
  'case.not-owner': [409],
  'case.power': [409],
  'mandate.unknown': [404],
  // The clock of one host is wrong: it refuses what seems to come from the future until it has caught up.
  'case.back-dated': [400],
  'identity.invalid': [401],
  // A host whose clock is minutes ahead takes a token for older than it is.
  'identity.expired': [401],
  'service.unavailable': [503],
  'service.busy': [429, 503],
  'request.too-many': [429],
};

/** How the owner answered a request; `forgotten`: the database that took it was put back to before. */
type Ending = { readonly kind: 'done' | 'forgotten' | 'late' } | { readonly kind: 'refused'; readonly code: string };

const done: Ending = { kind: 'done' };

/** Agents, clerks and approvers at work, each with patience: a command is sent with its key until it is answered. */
export class Load {
  /** Requests that a client has stopped waiting for: they must be answered in the end, which the check looks at. */
  late = 0;
  /** Commands that nobody has acknowledged in a client's patience while things were being hurt: nothing was promised. */
  abandoned = 0;
  /** Answers that no client should ever get, and commands that are not done although everything is whole again. */
  readonly faults: string[] = [];
  readonly answers = new Map<string, number>();
  submitted = 0;
  finished = 0;
  private readonly told = new Map<string, Acknowledged>();
  private readonly desks: Desk[] = [];
  private stopping = false;
  private stopAt = Number.POSITIVE_INFINITY;
  private workers: Promise<void>[] = [];

  private constructor(
    private readonly office: Office,
    private readonly dice: Dice,
    /** Keys that a restored database alone knew: nobody can go on with what they did. */
    private readonly mayBeLost: ReadonlySet<string>,
  ) {}

  /** What the desks need is looked up beforehand, while everything is whole. */
  static async prepare(
    office: Office,
    stations: readonly Station[],
    dice: Dice,
    mayBeLost: ReadonlySet<string>,
  ): Promise<Load> {
    const load = new Load(office, dice, mayBeLost);
    // What the first village can do, the others can as well: looking through all items everywhere would be refused as
    // too many requests.
    let codes = await offeredCodes(office, stations[0]!.village);
    for (const station of stations) {
      const desk = await load.deskAt(station, codes);
      load.desks.push(desk);
      if (desk.errands.length > 0) codes = desk.errands.map(({ kind }) => kind.code);
    }
    if (load.desks.every(({ errands }) => errands.length === 0)) throw new Error('the villages have nothing to do');
    return load;
  }

  get acknowledged(): readonly Acknowledged[] {
    return [...this.told.values()];
  }

  start(): void {
    const busy = this.desks.filter(({ errands }) => errands.length > 0);
    this.workers = busy.map((desk) => this.work(desk));
  }

  /** Lets the cases under way be finished; everything is whole again. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.stopAt = performance.now() + lastPatienceMs;
    await Promise.all(this.workers);
  }

  private async deskAt(station: Station, codes: readonly string[]): Promise<Desk> {
    const { office } = this;
    const errands: Errand[] = [];
    const ways = new Set<string>();
    for (const code of codes) {
      if (errands.length >= mostErrandsPerDesk) break;
      const kind = await this.kindOf(code, station);
      if (kind === undefined) continue;
      // One kind per way through the tree, so that hand-overs up, down and not at all are all done.
      const way = `${kind.route.decide} ${kind.route.certify} ${kind.hasResult} ${kind.reviewed}`;
      if (ways.has(way)) continue;
      ways.add(way);
      const attachments = await attach(office, agentOf(station), station.village, kind.materials);
      errands.push({ kind, attachments, applicant: makeApplicant(), mandate: undefined });
    }
    return { station, errands };
  }

  private async kindOf(code: string, { village, township }: Station): Promise<Kind | undefined> {
    const answer = await this.office.get(undefined, village, `/items/${code}`);
    if (answer.status !== 200) throw unexpected(`item ${code} at ${village}`, answer);
    const offered = offeredSchema.parse(answer.json);
    const { audience, presenceRequired, powers, regime, route, result, materials } = offered;
    const form = filledForm(offered.applicantForm);
    if (presenceRequired || !audience.includes('naturalPerson') || !powers.includes('submit')) return undefined;
    if (route === undefined || route.accept !== township || !plainRegimes.includes(regime)) return undefined;
    if (form === undefined) return undefined;
    const required = materials.filter(({ necessity }) => necessity === 'required').map((material) => material.code);
    const hasResult = result.kind !== 'none';
    return { code, hasResult, reviewed: regime === 'reportedUp', route, materials: required, form };
  }

  private async work({ station, errands }: Desk): Promise<void> {
    for (let turn = 0; !this.stopping; turn++) {
      const errand = errands[turn % errands.length]!;
      const held = await this.oneCase(station, errand);
      if (held) this.finished += 1;
      else Object.assign(errand, { applicant: makeApplicant(), mandate: undefined });
      await sleep(pauseBetweenCasesMs);
    }
  }

  private async oneCase(station: Station, errand: Errand): Promise<boolean> {
    const { village } = station;
    const { kind, applicant, attachments } = errand;
    const by = agentOf(station);
    const own: string[] = [];
    if (errand.mandate === undefined) {
      const body = grantOf(applicant, { items: [kind.code] });
      const granted = await this.send({ by, node: village, path: '/mandates', body }, own);
      if (granted === undefined) return false;
      errand.mandate = String(granted.json?.['record']);
    }
    const { mandate } = errand;
    const body = submissionOf({ item: kind.code, applicant, mandate, attachments, form: kind.form });
    const submitted = await this.send({ by, node: village, path: '/cases', body }, own);
    const record = submitted?.json?.['record'];
    if (typeof record !== 'string') return false;
    this.submitted += 1;
    const acts = this.dice.happens(withdrawalShare)
      ? [withdrawalOf(record, station, mandate)]
      : actsOn(record, kind, station);
    for (const command of acts) if ((await this.send(command, own)) === undefined) return false;
    return true;
  }

  /**
   * Sends one command until it is answered for good.
   *
   * @param own keys of the commands before it on the same errand; its own is added
   * @returns undefined when it was given up: a fault, unless what it builds upon was lost with a restored database
   */
  private async send(command: Command, own: string[]): Promise<Answer | undefined> {
    let key = randomUUID();
    const isLost = (): boolean => own.some((earlier) => this.mayBeLost.has(earlier));
    const url = this.office.url(command.node, command.path);
    const began = performance.now();
    let last = 'nothing';
    while (this.isPatient(began)) {
      const answer = await this.once(url, command.by, key, JSON.stringify(command.body));
      if (answer?.status === 201 || answer?.status === 202) {
        this.acknowledge(key, command.node, answer);
        const ending = answer.status === 202 ? await this.endingOf(command, answer, isLost) : done;
        if (ending.kind === 'done') {
          own.push(key);
          return answer;
        }
        if (ending.kind === 'late') this.late += 1;
        if (ending.kind === 'late' || isLost()) return undefined;
        // What was forgotten is asked for again with its key.
        last = '202, then forgotten';
        if (ending.kind === 'refused') {
          // What the owner refused may be possible a little later, and is then another command.
          [last, key] = [`202, then ${ending.code}`, randomUUID()];
          if (passing[ending.code] === undefined) return this.giveUp(command, last);
        }
      } else {
        last = answer === undefined ? 'no answer' : `${answer.status} ${answer.text.slice(0, 200)}`;
        if (isLost()) return undefined;
        if (answer !== undefined && !this.mayPass(answer)) return this.giveUp(command, last);
      }
      await sleep(retryPauseMs);
    }
    if (!this.stopping) {
      this.abandoned += 1;
      return undefined;
    }
    const waited = Math.round((performance.now() - began) / 1_000);
    return this.giveUp(command, `not done in ${waited} s, last: ${last}`);
  }

  private acknowledge(key: string, node: string, { status, json }: Answer): void {
    const state = status === 201 ? 'done' : 'requested';
    this.told.set(key, { key, node, record: String(json?.['record']), state });
  }

  private giveUp({ path, node, by }: Command, why: string): undefined {
    this.faults.push(`POST ${path} at ${node} by ${by}: ${why}`);
    return undefined;
  }

  private isPatient(began: number): boolean {
    return performance.now() < Math.min(this.stopping ? Infinity : began + patienceMs, this.stopAt);
  }

  private async endingOf({ by, node }: Command, { json }: Answer, isLost: () => boolean): Promise<Ending> {
    const began = performance.now();
    while (this.isPatient(began) && !isLost()) {
      const answer = await this.office.get(by, node, `/requests/${String(json?.['request'])}`).catch(() => undefined);
      if (answer?.json?.['state'] === 'done') return done;
      if (answer?.json?.['state'] === 'refused') return { kind: 'refused', code: String(answer.json['code']) };
      if (answer?.json?.['code'] === 'request.unknown') return { kind: 'forgotten' };
      await sleep(retryPauseMs);
    }
    return { kind: isLost() ? 'forgotten' : 'late' };
  }

  private mayPass({ status, contentType, json }: Answer): boolean {
    const known = passing[String(json?.['code'])];
    return known?.includes(status) === true && contentType.startsWith('application/problem+json');
  }

  private async once(url: string, by: string, key: string, body: string): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    try {
      answer = await ask({
        method: 'POST',
        url,
        token: await this.office.token(by),
        headers: commandHeaders(key),
        body,
      });
    } catch {
      // Nobody listens at the moment, or whoever did was killed: the same as no answer.
    }
    const code = answer?.json?.['code'];
    const what = answer === undefined ? 'no answer' : `${answer.status}${typeof code === 'string' ? ` ${code}` : ''}`;
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
    return answer;
  }
}
