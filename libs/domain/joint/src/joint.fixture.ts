import {
  nodeCode,
  type DecisionContext,
  type Draft,
  type EntryView,
  type JsonObject,
  type NodeCode,
  type Refusal,
  type Role,
} from '@tongban/kernel';
import type { CaseStatus, Closing } from '@tongban/domain/casework';
import type { BranchKind } from './codes.js';
import type { BranchPin, BranchView, JointCommand, JointCommandOf } from './command-schemas.js';
import { branchStagesOf, branchState } from './graph.js';
import { jointRules } from './rules.js';
import type { JointState } from './state.js';
import type { JointTemplate } from './template.js';

export const lead = nodeCode('371102000000');
export const city = nodeCode('371100000000');
export const rules = jointRules();
const record = '01890000-0000-7000-8000-00000000000a';
export const dayMs = 24 * 3_600_000;
export const morningOf = (date: string): number => Date.parse(`${date}T02:00:00Z`);

export const applicant = { name: '王秀英', identityNumber: '11010519491231002X', phone: '13800138000' };
/** Words that must never be seen outside a sealed part. */
export const personalWords = ['王秀英', '11010519491231002X', '13800138000', '石臼街道', '秘密', 'c2VjcmV0'];

interface Shape {
  readonly code: string;
  readonly after?: readonly string[];
  readonly kind?: BranchKind;
  readonly stage?: string;
  readonly inspect?: boolean;
}

export function templateOf(shapes: readonly Shape[], stages: readonly string[] = ['first']): JointTemplate {
  return {
    ...{ code: 'bundle', version: 1, name: '一件事', description: '测试', leadTier: 'district', promisedDays: 20 },
    ...{ audience: ['naturalPerson'], basis: '国发〔2022〕5号' },
    stages: stages.map((code, at) => ({ code, name: code, opens: at === 0 ? 'atOnce' : 'onApplication' })),
    fields: {
      place: { type: 'string', title: '地址', minLength: 1, maxLength: 50 },
      area: { type: 'number', title: '面积', minimum: 1 },
    },
    materials: [{ code: 'paper', name: '申请表' }],
    branches: shapes.map(({ code, after = [], kind = 'required', stage = 'first', inspect = false }) => ({
      ...{ code, name: `事项${code}`, item: '370500013001', stage, kind, after: [...after], inspect },
      form: { where: { from: 'place', required: true }, size: { from: 'area', required: false } },
      materials: [{ code: 'form', from: 'paper', required: true }],
    })),
  };
}

export const pinsOf = (template: JointTemplate): Record<string, BranchPin> =>
  Object.fromEntries(
    template.branches.map(({ code }) => [
      code,
      { item: code, version: 1, department: `dept-${code}`, promisedDays: 5 } satisfies BranchPin,
    ]),
  );

export const attachment = (material = 'paper', mark = 'a') => ({
  ...{ material, digest: mark.repeat(64), size: 10, mediaType: 'image/png', name: `${applicant.name}.png` },
  key: 'c2VjcmV0',
});

export const opening = (template: JointTemplate, chosen: string[] = []): JointCommandOf<'open'> => ({
  ...{ type: 'open', sequence: 1, template, pins: pinsOf(template), chosen },
  ...{ applicantType: 'naturalPerson', identityType: 'residentIdentityCard', channel: 'window', applicant },
  form: { place: '石臼街道海滨社区' },
  attachments: [attachment()],
});

export interface By {
  readonly role?: Role;
  readonly subject?: string;
  readonly division?: NodeCode;
  readonly at?: number;
}

/** A joint case in memory: commands in, refusals or the next state out. */
export class JointBench {
  state: JointState | undefined;
  readonly drafts: Draft[] = [];
  private records = 0;

  constructor(public now = morningOf('2026-03-02')) {}

  static of(shapes: readonly Shape[], chosen: string[] = [], stages?: readonly string[]): JointBench {
    return new JointBench().do(opening(templateOf(shapes, stages), chosen));
  }

  get joint(): JointState {
    if (this.state === undefined) throw new Error('nothing yet');
    return this.state;
  }

  private context({ role = 'clerk', subject = 'window', division = lead, at = this.now }: By): DecisionContext {
    return { owner: lead, record, actor: { role, subject, division }, occurredAt: at, now: this.now };
  }

  ask(command: JointCommand, by: By = {}): Refusal | undefined {
    const decided = rules.decide(this.state, command, this.context(by));
    return decided.ok ? undefined : decided.refusal;
  }

  do(command: JointCommand, by: By = {}): this {
    const context = this.context(by);
    const decided = rules.decide(this.state, command, context);
    if (!decided.ok) throw new Error(`${command.type}: ${decided.refusal.code} ${decided.refusal.detail}`);
    for (const draft of decided.value) {
      const entry: EntryView = {
        ...{ id: record, record, seq: (this.state?.seq ?? 0) + 1, epoch: 1, type: draft.type, version: draft.version },
        ...{ author: lead, actor: context.actor, occurredAt: context.occurredAt, recordedAt: this.now },
        facts: JSON.parse(JSON.stringify(draft.facts)) as JsonObject,
      };
      this.state = rules.evolve(this.state, entry);
      this.drafts.push(draft);
    }
    return this;
  }

  stage(code: string): string | undefined {
    return branchStagesOf(this.joint).get(code);
  }

  /** The branches that are free now, in the template's order. */
  ready(): string[] {
    return [...branchStagesOf(this.joint)].flatMap(([code, stage]) => (stage === 'ready' ? [code] : []));
  }

  start(branch: string, on = '2026-03-02'): this {
    const attempt = branchState(this.joint, branch).attempts.length + 1;
    const caseRecord = `01890000-0000-7000-8000-${String(++this.records).padStart(12, '0')}`;
    const command = {
      type: 'startBranch',
      branch,
      attempt,
      record: caseRecord,
      number: `N${this.records}`,
      on,
    } as const;
    return this.do(command, { role: 'system', subject: 'joint' });
  }

  note(branch: string, status: CaseStatus, closing: Closing | null = null, change: Partial<BranchView> = {}): this {
    const { attempts } = branchState(this.joint, branch);
    const view = {
      status,
      closing,
      paused: false,
      seq: attempts.at(-1)!.view.seq + 1,
      on: '2026-03-03',
      promisedDue: null,
    };
    const command = { type: 'noteBranch', branch, attempt: attempts.length, view: { ...view, ...change } } as const;
    return this.do(command, { role: 'system', subject: 'joint' });
  }

  pass(...branches: string[]): this {
    for (const branch of branches) this.start(branch).note(branch, 'closed', 'certified');
    return this;
  }

  fail(branch: string, closing: Closing = 'refused'): this {
    return this.start(branch).note(branch, 'closed', closing);
  }
}
