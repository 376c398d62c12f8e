import { applicantFormSchema } from '@tongban/domain/catalogue';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { poll } from '../progress.js';
import { makeApplicant, type Applicant } from './applicants.js';
import { attach } from './attach.js';
import { CaseWork } from './case-work.js';
import { fillForm } from './form.js';
import type { Station } from './places.js';
import type { Somebody } from './wire.js';
import type { WorkTools } from './work-tools.js';

const branchesTimeoutMs = 60_000;
const pollMs = 150;

const templateSchema = z.object({
  name: z.string(),
  stages: z.array(
    z.object({
      opens: z.string(),
      form: applicantFormSchema,
      materials: z.array(z.object({ code: z.string(), required: z.boolean() })),
    }),
  ),
});
const openedSchema = z.object({ record: z.uuid() });
const doneSchema = z.object({ record: z.uuid(), seq: z.int() });
const viewSchema = z.object({
  number: z.string(),
  closing: z.string().nullable(),
  owner: z.string().refine(isNodeCode),
  branches: z.array(
    z.object({
      name: z.string(),
      item: z.string(),
      attempts: z.array(z.object({ record: z.uuid(), number: z.string(), closing: z.string().nullable() })),
    }),
  ),
});
type JointView = z.infer<typeof viewSchema>;

/** 新生儿出生一件事: four matters of one family, led by the township. */
const bundle = 'newborn';

/** A bundle: one application, a case for each branch as soon as what it waits for is done, one conclusion. */
export class JointWork {
  readonly branches: { readonly name: string; readonly work: CaseWork }[] = [];

  private constructor(
    private readonly tools: WorkTools,
    private readonly station: Station,
    private readonly applicant: Applicant,
    readonly name: string,
    private readonly record: string,
  ) {}

  private get node(): NodeCode {
    return this.station.township;
  }

  static async open(tools: WorkTools, station: Station): Promise<JointWork> {
    const { api } = tools;
    const node = station.township;
    const clerk: Somebody = { role: 'clerk', at: node };
    const template = await api.wire.get(templateSchema, undefined, node, `/joint-templates/${bundle}`);
    const stages = template.stages.filter(({ opens }) => opens === 'atOnce');
    const form = Object.assign({}, ...stages.map((stage) => fillForm(stage.form))) as object;
    const materials = new Set(stages.flatMap((stage) => stage.materials.map((material) => material.code)));
    const applicant = makeApplicant(station, tools.nameOfNode(station.village));
    const opened = await api.wire.command(openedSchema, clerk, '/joint-cases', {
      ...{ template: bundle, chosen: [], channel: 'window' },
      ...{ applicantType: 'naturalPerson', identityType: 'residentIdentityCard' },
      ...{ applicant, form, attachments: await attach(tools, clerk, applicant, [], [...materials]) },
    });
    return new JointWork(tools, station, applicant, template.name, opened.record);
  }

  view(): Promise<JointView> {
    const supervisor: Somebody = { role: 'supervisor', at: this.node };
    return this.tools.api.wire.get(viewSchema, supervisor, this.node, `/joint-cases/${this.record}`);
  }

  /** Works on every branch as it is submitted, until the joint case knows the end of each. */
  async handleBranches(): Promise<void> {
    const begun = new Set<string>();
    const ended = await poll(
      async () => {
        const { branches } = await this.view();
        for (const branch of branches) {
          const attempt = branch.attempts.at(-1);
          if (attempt === undefined || begun.has(attempt.record)) continue;
          begun.add(attempt.record);
          await this.handle(branch, attempt);
        }
        return branches.every(({ attempts }) => (attempts.at(-1)?.closing ?? null) !== null) ? true : undefined;
      },
      { timeoutMs: branchesTimeoutMs, intervalMs: pollMs, signal: this.tools.signal },
    );
    if (ended === undefined) throw new Error(`“${this.name}”的分支事项在 ${branchesTimeoutMs / 1000} 秒内没有全部办结`);
  }

  /** The leading office says how the whole ends; the rules say which end it is. */
  async conclude(): Promise<JointView> {
    const approver: Somebody = { role: 'approver', at: this.node };
    const summary = '各分支事项均已办结，联办办结。';
    await this.tools.api.wire.command(doneSchema, approver, `/joint-cases/${this.record}/conclusion`, { summary });
    return this.view();
  }

  private async handle(
    branch: JointView['branches'][number],
    { record, number }: { readonly record: string; readonly number: string },
  ): Promise<void> {
    const item = await this.tools.api.offeredItem(this.node, branch.item);
    if (item.route === undefined) throw new Error(`${this.node} 不能收“${item.name}”`);
    const work = new CaseWork(this.tools, {
      ...{ station: this.station, applicant: this.applicant, intake: this.node },
      ...{ usable: { item, route: item.route }, submitted: { record, number } },
    });
    this.branches.push({ name: branch.name, work });
    if (item.regime === 'onTheSpot') return work.onTheSpot();
    await work.accept();
    await work.approve();
  }
}
