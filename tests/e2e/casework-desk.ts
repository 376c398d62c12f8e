import { randomUUID } from 'node:crypto';
import type { NodeCode } from '@tongban/kernel';
import { commandHeaders, unexpected, type Answer } from './http.js';
import { usernameOf, type By, type Person, type Station } from './office.js';
import { attach, chinaDay, grantMandate, itemsOfTownship, makeApplicant, submissionOf, type Item } from './papers.js';
import type { RunningCity } from './running.js';
import { until } from './wait.js';

const arrivalTimeoutMs = 30_000;
export const village = '371102001001' as NodeCode;
export const township = '371102001000' as NodeCode;

/** Who sits where nobody of the demonstration sits. */
export const cashier = 'cashier-township';
export const secondApprover = 'approver-second';
export const secondAgent = 'agent-second-casework';
const person = (username: string, role: string, division: string, department?: string): Person => ({
  ...{ username, roles: [role], division, password: randomUUID(), name: '测试人员' },
  ...(department === undefined ? {} : { department }),
});
export const colleagues: readonly Person[] = [
  person(cashier, 'clerk', township, 'fee-counter'),
  person(secondApprover, 'approver', township),
  person(secondAgent, 'agent', village),
];

export const clerk = usernameOf('clerk', township);
export const reviewer = usernameOf('reviewer', township);
export const approver = usernameOf('approver', township);
export const supervisor = usernameOf('supervisor', township);
export const agent = usernameOf('agent', village);
export const resident = usernameOf('resident', village);

export interface Taken {
  readonly record: string;
  readonly number: string;
  readonly queryCode: string;
  readonly name: string;
}

export const codeOf = ({ status, json }: Answer): unknown => (status < 300 ? status : json?.['code']);

/** The township's office in a running city, as its people use it. */
export class Desk {
  private constructor(
    readonly running: RunningCity,
    private readonly items: readonly Item[],
  ) {}

  static async open(running: RunningCity): Promise<Desk> {
    return new Desk(running, await itemsOfTownship(running.office, village, township));
  }

  get station(): Station {
    return this.running.stations.find((one) => one.village === village)!;
  }
  get office(): RunningCity['office'] {
    return this.running.office;
  }

  /** Items that suit a test; the first ones offered. */
  item(suits: (item: Item) => boolean = ({ regime }) => regime === 'promised'): Item {
    const found = this.items.find((item) => item.hasResult && item.required.length > 0 && suits(item));
    if (found === undefined) throw new Error('the township offers nothing that suits');
    return found;
  }

  /** An application at the township by `by`, with every required paper; `changes` replace parts of it. */
  async apply(item: Item, changes: object = {}, by: By = clerk, key = randomUUID()): Promise<Answer> {
    const attachments = await attach(this.office, by, township, item.required);
    const submission = submissionOf({ item: item.code, applicant: makeApplicant(), attachments, form: item.form });
    return this.office.command(by, township, '/cases', { ...submission, ...changes }, commandHeaders(key));
  }

  async take(item: Item, changes: object = {}, by: By = clerk): Promise<Taken> {
    const applicant = makeApplicant();
    const answer = await this.apply(item, { applicant, ...changes }, by);
    if (answer.status !== 201) throw unexpected('an application', answer);
    const { record, number, queryCode } = answer.json as Record<string, string>;
    return { record: record!, number: number!, queryCode: queryCode!, name: applicant.name };
  }

  async accepted(item: Item): Promise<Taken> {
    const taken = await this.take(item);
    await this.must(clerk, taken.record, 'acceptance');
    return taken;
  }

  /** From application to certificate. */
  async certified(item: Item): Promise<Taken> {
    const taken = await this.accepted(item);
    await this.must(approver, taken.record, 'decision', { outcome: 'approve', opinion: '符合条件，同意' });
    await this.must(clerk, taken.record, 'certificate');
    return taken;
  }

  /** Submitted by the agent of the village under a mandate, and arrived at the township. */
  async entrusted(item: Item, changes: object = {}, by: string = agent): Promise<Taken & { readonly mandate: string }> {
    const applicant = makeApplicant();
    const mandate = await grantMandate(this.office, by, village, applicant, { items: [item.code], from: chinaDay(-4) });
    const attachments = await attach(this.office, by, village, item.required);
    const parts = { item: item.code, applicant, mandate, attachments, form: item.form };
    const answer = await this.office.command(by, village, '/cases', { ...submissionOf(parts), ...changes });
    if (answer.status !== 201) throw unexpected('an application', answer);
    const { record, number, queryCode } = answer.json as Record<string, string>;
    await this.until(record!, 'the township to take it', ({ owner }) => owner === township);
    return { record: record!, number: number!, queryCode: queryCode!, name: applicant.name, mandate };
  }

  send(by: By, record: string, action: string, body: object = {}, at: NodeCode = township, key = randomUUID()) {
    return this.office.command(by, at, `/cases/${record}/${action}`, body, commandHeaders(key));
  }
  /** Status of a success, code of a refusal. */
  async act(by: By, record: string, action: string, body: object = {}, at: NodeCode = township): Promise<unknown> {
    return codeOf(await this.send(by, record, action, body, at));
  }
  async must(by: By, record: string, action: string, body: object = {}, at: NodeCode = township): Promise<void> {
    const answer = await this.send(by, record, action, body, at);
    if (answer.status > 202) throw unexpected(action, answer);
  }

  async view(record: string, at: NodeCode = township): Promise<Record<string, unknown>> {
    const { json } = await this.office.get(usernameOf('supervisor', at), at, `/cases/${record}`);
    return { ...json };
  }

  until(record: string, what: string, suits: (view: Record<string, unknown>) => boolean, at: NodeCode = village) {
    return until(what, arrivalTimeoutMs, async () => (suits(await this.view(record, at)) ? true : undefined));
  }

  /** How many entries of a type the case has at the township. */
  async entries(record: string, type: string): Promise<number> {
    const { json } = await this.office.get(supervisor, township, `/cases/${record}/entries`);
    return (json?.['entries'] as { type: string }[]).filter((entry) => entry.type === type).length;
  }
}
