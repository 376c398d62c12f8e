/** What the tests of joint cases do again and again at one office. */
import { jointTemplates, sharedForm, type JointTemplate } from '@tongban/domain/joint';
import type { NodeCode } from '@tongban/kernel';
import { district, JointOffice, type Reply } from './joint-office.js';

export let office: JointOffice;
export let clerk: string;
export let approver: string;
export let watch: string;
let people = 0;

export async function openDesk(): Promise<void> {
  office = await JointOffice.open('2026-03-02');
  clerk = office.person('clerk', 'window', district);
  approver = office.person('approver', 'chief', district);
  watch = office.person('supervisor', 'watch', district);
}
export async function closeDesk(): Promise<void> {
  await office?.close();
}

export interface Branch {
  readonly code: string;
  readonly state: string;
  readonly department: string;
  readonly attempts: { record: string; status: string; closing: string | null }[];
  readonly trouble: { code: string } | null;
}
export interface Joint {
  readonly status: string;
  readonly closing: string | null;
  readonly branches: Branch[];
  readonly clock: { usedDays: number; running: boolean };
  readonly departments: { department: string; limitDays: number }[];
  readonly seq: number;
}

export const templateOf = (code: string): JointTemplate => jointTemplates.find((template) => template.code === code)!;
export const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
export const act = async (
  token: string,
  record: string,
  path: string,
  body: object,
  node = district,
): Promise<unknown> => codeOf(await office.post(token, `joint-cases/${record}/${path}`, body, node));
export const jointOf = async (record: string, node = district): Promise<Joint> =>
  (await office.get(office.person('supervisor', 'watch', node), `joint-cases/${record}`, node))
    .json as unknown as Joint;
export const statesOf = async (record: string, node = district): Promise<Record<string, string>> =>
  Object.fromEntries((await jointOf(record, node)).branches.map(({ code, state }) => [code, state]));
export const branchOf = async (record: string, code: string, node = district): Promise<Branch> =>
  (await jointOf(record, node)).branches.find((branch) => branch.code === code)!;

/** Values that the shared form takes, for the fields of some stages. */
export function filled(template: JointTemplate, stages: readonly string[], chosen: readonly string[]): object {
  const branches = template.branches.filter(
    ({ stage, kind, code }) => stages.includes(stage) && (kind !== 'optional' || chosen.includes(code)),
  );
  const { properties } = sharedForm({ template, branches, given: [] });
  const valueOf = (name: string, field: (typeof properties)[string]): unknown => {
    if (name === 'phone') return '13800138000';
    if (field.type === 'boolean') return true;
    if (field.type !== 'string') return Math.max(1, Math.ceil(field.minimum ?? 1));
    if (field.enum !== undefined) return field.enum[0];
    if (field.format === 'date') return '2026-03-02';
    return field.pattern === undefined
      ? '测'.repeat(Math.max(4, field.minLength ?? 0)).slice(0, field.maxLength ?? 50)
      : projectCode;
  };
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(name, field)]));
}
const projectCode = '2603-371102-04-01-123456';
const papersOf = (template: JointTemplate): object[] => template.materials.map(({ code }) => office.paper(code));

export function opening(code: string, chosen: readonly string[] = []): object {
  const template = templateOf(code);
  const atOnce = template.stages.filter(({ opens }) => opens === 'atOnce').map((stage) => stage.code);
  return {
    ...{ template: code, chosen, channel: 'window', applicantType: 'naturalPerson', identityType: 'passport' },
    applicant: { name: '王秀英', identityNumber: `P${++people}0000`, phone: '13800138000' },
    form: filled(template, atOnce, chosen),
    attachments: papersOf(template),
  };
}
export async function begin(code: string, node: NodeCode = district, token = clerk, chosen: readonly string[] = []) {
  const opened = await office.post(token, 'joint-cases', opening(code, chosen), node);
  if (opened.status !== 201) throw new Error(JSON.stringify(opened));
  return String(opened.json['record']);
}
export async function finish(record: string, code: string, node: NodeCode = district, refusal?: object): Promise<void> {
  const { attempts } = await branchOf(record, code, node);
  await office.finish(attempts.at(-1)!.record, node, refusal);
  await office.rounds.round();
}
export const refusal = {
  ...{ outcome: 'refuse', reasonCode: 'conditionsNotMet', reason: '不符合条件' },
  ...{ legalBasis: '食品安全法第三十五条', remedies: '可以依法申请行政复议或者提起行政诉讼' },
};
