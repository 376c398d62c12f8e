import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { commandHeaders, unexpected, type Answer } from './http.js';
import type { By, Station } from './office.js';
import {
  approval,
  attach,
  chinaDay,
  grantMandate,
  grantOf,
  itemsOfTownship,
  makeApplicant,
  offeredCodes,
  submissionOf,
  type Applicant,
  type Attached,
  type Grant,
  type Item,
} from './papers.js';
import type { RunningCity } from './running.js';
import { until } from './wait.js';
import { cityCode } from './city.js';
import type { NodeCode } from '@tongban/kernel';

const arrivalTimeoutMs = 30_000;

export interface Cast {
  readonly station: Station;
  readonly agent: string;
  readonly clerk: string;
  readonly approver: string;
  readonly resident: string;
  readonly secondAgent: string;
  readonly clerkAndApprover: string;
}

const submittedSchema = z.looseObject({ record: z.string(), number: z.string(), queryCode: z.string() });
export type Submitted = z.infer<typeof submittedSchema>;

/** What was done in order before anything wrong is tried. */
export interface Scene {
  readonly applicant: Applicant;
  /** A submission at the village without any fault. */
  readonly submission: {
    readonly item: string;
    readonly applicant: Applicant;
    readonly mandate: string;
    readonly attachments: readonly Attached[];
    readonly form: object;
  };
  readonly grant: object;
  readonly withdrawal: object;
  /** Key of the case `known`, submitted with exactly `submission`. */
  readonly usedKey: string;
  readonly known: Submitted;
  readonly notDelegated: string;
  readonly mandates: Readonly<
    Record<'otherItem' | 'otherPower' | 'tomorrow' | 'over' | 'revoked' | 'otherAgent' | 'otherPrincipal', string>
  >;
  /** Cases at the township by the state they are in. */
  readonly open: string;
  readonly lacking: string;
  readonly acceptedByBoth: string;
  readonly withdrawn: Submitted;
  readonly rated: Submitted;
  readonly withdrawnFromVillage: string;
}

const withdrawal = { reasonCode: 'givenUp', reason: '不再办理' };

function must(what: string, status: number, answer: Answer): Answer {
  if (answer.status !== status) throw unexpected(what, answer);
  return answer;
}

/** Hands for setting the scene: everything they do must succeed. */
class Stage {
  constructor(
    private readonly running: RunningCity,
    private readonly cast: Cast,
  ) {}

  private get office() {
    return this.running.office;
  }

  async submit(by: By, node: NodeCode, submission: object, key: string = randomUUID()): Promise<Submitted> {
    const answer = await this.office.command(by, node, '/cases', submission, commandHeaders(key));
    return submittedSchema.parse(must('a submission', 201, answer).json);
  }

  /** An application at the township's window: the township owns it from the beginning. */
  async atWindow(item: Item, materials: readonly string[]): Promise<Submitted> {
    const { clerk, station } = this.cast;
    const attachments = await attach(this.office, clerk, station.township, materials);
    const submission = submissionOf({ item: item.code, applicant: makeApplicant(), attachments, form: item.form });
    return this.submit(clerk, station.township, submission);
  }

  async act(by: By, record: string, action: string, body: object): Promise<void> {
    const { township } = this.cast.station;
    must(action, 201, await this.office.command(by, township, `/cases/${record}/${action}`, body));
  }

  /** A case of the window from application to rating. */
  async rated(item: Item): Promise<Submitted> {
    const { clerk, approver, resident } = this.cast;
    const taken = await this.atWindow(item, item.required);
    const { record, queryCode: code } = taken;
    await this.act(clerk, record, 'acceptance', {});
    await this.act(approver, record, 'decision', approval);
    if (item.hasResult) await this.act(clerk, record, 'certificate', {});
    await this.act(clerk, record, 'delivery', { method: 'window', recipient: '本人' });
    await this.act(resident, record, 'rating', { level: 'verySatisfied', channel: 'mobile', code });
    return taken;
  }

  /** Withdrawn by the agent while the township owns it. */
  async withdrawnFromVillage(submission: object, mandate: string): Promise<string> {
    const { agent, station } = this.cast;
    const { record } = await this.submit(agent, station.village, submission);
    await this.until(record, 'the township to take the case', ({ owner }) => owner === station.township);
    const path = `/cases/${record}/withdrawal`;
    must('a withdrawal', 202, await this.office.command(agent, station.village, path, { ...withdrawal, mandate }));
    await this.until(record, 'the withdrawal', ({ closing }) => closing === 'withdrawn');
    return record;
  }

  private until(record: string, what: string, suits: (view: Record<string, unknown>) => boolean): Promise<true> {
    const { agent, station } = this.cast;
    return until(what, arrivalTimeoutMs, async () => {
      const { json } = await this.office.get(agent, station.village, `/cases/${record}`);
      return json !== undefined && suits(json) ? true : undefined;
    });
  }

  async mandates(item: Item, other: Item, applicant: Applicant): Promise<Scene['mandates']> {
    const { agent, secondAgent, station } = this.cast;
    const give = (grant: Partial<Grant>, principal: Applicant = applicant, by: By = agent): Promise<string> =>
      grantMandate(this.office, by, station.village, principal, { items: [item.code], ...grant });
    const over = await give({});
    // Nobody can record a mandate that is over, so its days are moved back as if time had passed.
    await this.running.databases.query(
      'village',
      `update mandate_view set state = (state::jsonb || '{"from":"2020-01-01","until":"2020-12-31"}')::json where record = $1`,
      [over],
    );
    const revoked = await give({});
    const reason = { reasonCode: 'agentRenounced' };
    must(
      'a revocation',
      201,
      await this.office.command(agent, station.village, `/mandates/${revoked}/revocation`, reason),
    );
    return {
      otherItem: await give({ items: [other.code] }),
      otherPower: await give({ powers: ['withdraw'] }),
      tomorrow: await give({ from: chinaDay(1) }),
      over,
      revoked,
      otherAgent: await give({}, applicant, secondAgent),
      otherPrincipal: await give({}, makeApplicant()),
    };
  }
}

/** Sets the scene at one station: an item of the township, mandates of every kind, cases in every state. */
export async function openScene(running: RunningCity, cast: Cast): Promise<Scene> {
  const { office } = running;
  const { village, township } = cast.station;
  const stage = new Stage(running, cast);
  const items = await itemsOfTownship(office, village, township);
  const [item, other] = items.filter(({ regime, required }) => regime !== 'onTheSpot' && required.length > 0);
  if (item === undefined || other === undefined) throw new Error(`${village} offers too few items of its township`);
  const applicant = makeApplicant();
  const mandate = await grantMandate(office, cast.agent, village, applicant, { items: [item.code] });
  const attachments = await attach(office, cast.agent, village, item.required);
  const submission = { item: item.code, applicant, mandate, attachments, form: item.form };
  const complete = submissionOf(submission);
  const usedKey = randomUUID();
  // Withdrawn before the next application: while one is open, a second for the same item would be a duplicate.
  const withdrawnFromVillage = await stage.withdrawnFromVillage(complete, mandate);
  const { record: acceptedByBoth } = await stage.atWindow(item, item.required);
  await stage.act(cast.clerkAndApprover, acceptedByBoth, 'acceptance', {});
  const withdrawn = await stage.atWindow(item, item.required);
  await stage.act(cast.resident, withdrawn.record, 'withdrawal', { ...withdrawal, code: withdrawn.queryCode });
  const { record: open } = await stage.atWindow(item, item.required);
  const atVillage = new Set(await offeredCodes(office, village));
  const notDelegated = (await offeredCodes(office, cityCode as NodeCode)).find((code) => !atVillage.has(code));
  if (notDelegated === undefined) throw new Error(`${village} may take in everything that the city offers`);
  return {
    applicant,
    submission: { ...complete, ...submission },
    grant: grantOf(applicant, { items: [item.code] }),
    ...{ withdrawal, usedKey, notDelegated, open, acceptedByBoth, withdrawn },
    known: await stage.submit(cast.agent, village, complete, usedKey),
    mandates: await stage.mandates(item, other, applicant),
    lacking: (await stage.atWindow(item, item.required.slice(1))).record,
    rated: await stage.rated(item),
    withdrawnFromVillage,
  };
}
