import { createHash, randomInt, randomUUID } from 'node:crypto';
import { applicantFormSchema, type ApplicantForm } from '@tongban/domain/catalogue';
import { z } from 'zod';
// eslint-disable-next-line @nx/enforce-module-boundaries -- forms are filled in as the main job fills them in
import { fillForm } from '../../apps/tongbanctl/src/demo/form.js';
import { tierOf, type NodeCode } from '@tongban/kernel';
import { unexpected } from './http.js';
import { usernameOf, type By, type Office, type Station } from './office.js';

const dayMs = 24 * 60 * 60 * 1000;
const chinaOffsetMs = 8 * 60 * 60 * 1000;
const mandateDays = 30;
const itemsPerPage = 100;
const mostPages = 20;

/** A day in China counted from today, `YYYY-MM-DD`. */
export const chinaDay = (daysFromToday = 0): string =>
  new Date(Date.now() + chinaOffsetMs + daysFromToday * dayMs).toISOString().slice(0, 10);

export interface Applicant {
  readonly name: string;
  readonly identityNumber: string;
  readonly phone: string;
}

/** Weights and check characters of GB 11643-1999. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

const withCheckCharacter = (seventeen: string): string => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0);
  return `${seventeen}${checkCharacters[sum % checkCharacters.length]!}`;
};

/** The same number with another check character. */
export const mistyped = (identityNumber: string): string =>
  `${identityNumber.slice(0, -1)}${identityNumber.endsWith('0') ? '1' : '0'}`;

/** A made-up person whose number checks. */
export const makeApplicant = (name: string = `测试${randomUUID().slice(0, 8)}`): Applicant => ({
  name,
  identityNumber: withCheckCharacter(
    `371102${1950 + randomInt(50)}0${1 + randomInt(9)}1${randomInt(10)}${100 + randomInt(900)}`,
  ),
  phone: `138${String(randomInt(100_000_000)).padStart(8, '0')}`,
});

/** Values that a form takes; undefined where none of those at hand fits. */
export const filledForm = (form: ApplicantForm): object | undefined => fillForm(form);

const itemSchema = z.object({
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
export interface Item {
  readonly code: string;
  readonly regime: string;
  readonly hasResult: boolean;
  readonly required: readonly string[];
  /** The item's form, filled in. */
  readonly form: object;
}

const pageSchema = z.object({ items: z.array(z.object({ code: z.string() })), next: z.string().nullish() });

/** Codes of everything that a node offers. */
export async function offeredCodes(office: Office, node: NodeCode): Promise<string[]> {
  const codes: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ limit: String(itemsPerPage), ...(cursor === undefined ? {} : { cursor }) });
    const answer = await office.get(undefined, node, `/items?${query}`);
    if (answer.status !== 200) throw unexpected(`the items of ${node}`, answer);
    const read = pageSchema.parse(answer.json);
    codes.push(...read.items.map(({ code }) => code));
    if (read.next === undefined || read.next === null) return codes;
    cursor = read.next;
  }
  throw new Error(`${node} offers more than ${mostPages * itemsPerPage} items`);
}

/**
 * Items that persons may apply for at `intake` through an agent and that the township alone handles; no more than
 * `most`, since looking through everything at every station of a city would be refused as too many requests.
 */
export async function itemsOfTownship(
  office: Office,
  intake: NodeCode,
  township: NodeCode,
  most = Infinity,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const code of await offeredCodes(office, intake)) {
    if (items.length >= most) break;
    const answer = await office.get(undefined, intake, `/items/${code}`);
    if (answer.status !== 200) throw unexpected(`item ${code} at ${intake}`, answer);
    const read = itemSchema.parse(answer.json);
    const { audience, presenceRequired, powers, regime, route, result, materials } = read;
    if (presenceRequired || !audience.includes('naturalPerson')) continue;
    if (tierOf(intake) === 'village' && !powers.includes('submit')) continue;
    if (route === undefined || [route.accept, route.decide, route.certify].some((node) => node !== township)) continue;
    const required = materials.filter(({ necessity }) => necessity === 'required').map((material) => material.code);
    const form = filledForm(read.applicantForm);
    if (form !== undefined) items.push({ code, regime, hasResult: result.kind !== 'none', required, form });
  }
  return items;
}

const doneSchema = z.object({ record: z.string() });

export interface Grant {
  readonly items: readonly string[];
  readonly powers?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export const grantOf = (principal: Applicant, { items, powers, from, until }: Grant): object => ({
  principal,
  items,
  powers: powers ?? ['submit', 'supplement', 'withdraw', 'receive'],
  from: from ?? chinaDay(),
  until: until ?? chinaDay(mandateDays),
  evidence: { kind: 'signedPaper', digest: createHash('sha256').update(randomUUID()).digest('hex') },
});

/** Records a mandate for the agent who asks; its record. */
export async function grantMandate(
  office: Office,
  by: By,
  village: NodeCode,
  principal: Applicant,
  grant: Grant,
): Promise<string> {
  const answer = await office.command(by, village, '/mandates', grantOf(principal, grant));
  if (answer.status !== 201) throw unexpected('a mandate', answer);
  return doneSchema.parse(answer.json).record;
}

const uploadedSchema = z.object({ digest: z.string(), size: z.int(), mediaType: z.string(), key: z.string() });
export type Attached = z.infer<typeof uploadedSchema> & { readonly material: string; readonly name: string };

/** A paper for each material, all different. */
export async function attach(
  office: Office,
  by: By,
  node: NodeCode,
  materials: readonly string[],
  nameOf: (material: string) => string = (material) => `${material}.txt`,
): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const material of materials) {
    const bytes = new TextEncoder().encode(`证明材料 ${randomUUID()}\n`);
    const answer = await office.send(
      by,
      'POST',
      office.url(node, '/attachments'),
      { 'content-type': 'text/plain' },
      bytes,
    );
    if (answer.status !== 201) throw unexpected('an attachment', answer);
    attached.push({ material, name: nameOf(material), ...uploadedSchema.parse(answer.json) });
  }
  return attached;
}

export interface SubmissionParts {
  readonly item: string;
  readonly applicant: Applicant;
  readonly attachments: readonly Attached[];
  readonly mandate?: string;
  /** Nothing filled in when left out. */
  readonly form?: object;
}

/** What is sent to POST …/cases; without a mandate it comes from the window. */
export const submissionOf = ({
  item,
  applicant,
  attachments,
  mandate,
  form = {},
}: SubmissionParts): Record<string, unknown> => ({
  item,
  channel: mandate === undefined ? 'window' : 'agent',
  applicantType: 'naturalPerson',
  identityType: 'residentIdentityCard',
  ...(mandate === undefined ? {} : { mandate, agent: { name: '代办员', phone: '13900000001' } }),
  applicant,
  form,
  attachments,
});

export const agentOf = ({ village }: Station): string => usernameOf('agent', village);

export const approval = { outcome: 'approve', opinion: '经审核，材料齐全，符合条件，同意办理。' };
