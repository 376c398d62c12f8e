import { createHash, randomUUID } from 'node:crypto';
import type { NodeCode } from '@tongban/kernel';
import { makeApplicant, makePhone, type Applicant } from './applicants.js';
import { attach } from './attach.js';
import { CaseWork } from './case-work.js';
import type { UsableItem } from './items.js';
import { nameOf, usernameOf } from './people.js';
import type { Station } from './places.js';
import type { Somebody } from './wire.js';
import type { WorkTools } from './work-tools.js';

const mandateDays = 180;
const dayMs = 24 * 60 * 60 * 1000;
const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** A day in China, `YYYY-MM-DD`. */
const chinaDate = (at: number): string => new Date(at + chinaOffsetMs).toISOString().slice(0, 10);

/** What is applied for, and where. */
export interface Submission {
  readonly usable: UsableItem;
  readonly station: Station;
  /** Materials left out, to be asked for. */
  readonly without?: readonly string[];
  readonly identityType?: string;
}

/** The agent of the village records the mandate, uploads the papers and submits for a resident. */
export async function submitAtVillage(tools: WorkTools, submission: Submission): Promise<CaseWork> {
  const { usable, station, without = [], identityType } = submission;
  const { api } = tools;
  const agent: Somebody = { role: 'agent', at: station.village };
  const applicant = makeApplicant(station, tools.nameOfNode(station.village));
  const mandate = await api.grantMandate(agent, grantOf(tools, applicant, usable));
  const attachments = await attach(tools, agent, applicant, without, usable.materials);
  const submitted = await api.submit(agent, {
    item: usable.item.code,
    channel: 'agent',
    applicantType: 'naturalPerson',
    identityType: identityType ?? 'residentIdentityCard',
    mandate,
    applicant,
    agent: { name: nameOf(usernameOf('agent', station.village)), phone: makePhone() },
    form: usable.form,
    attachments,
  });
  return new CaseWork(tools, { station, usable, applicant, intake: station.village, submitted, mandate });
}

/** The clerk of the township takes in what a resident brings to the window. */
export async function submitAtWindow(tools: WorkTools, { usable, station }: Submission): Promise<CaseWork> {
  const intake: NodeCode = station.township;
  const clerk: Somebody = { role: 'clerk', at: intake };
  const applicant = makeApplicant(station, tools.nameOfNode(station.village));
  const attachments = await attach(tools, clerk, applicant, [], usable.materials);
  const submitted = await tools.api.submit(clerk, {
    ...{ item: usable.item.code, channel: 'window' },
    ...{ applicantType: 'naturalPerson', identityType: 'residentIdentityCard' },
    ...{ applicant, form: usable.form, attachments },
  });
  return new CaseWork(tools, { station, usable, applicant, intake, submitted });
}

function grantOf(tools: WorkTools, { name, identityNumber, phone }: Applicant, usable: UsableItem): object {
  const now = tools.now();
  return {
    principal: { name, identityNumber, phone },
    items: [usable.item.code],
    powers: ['submit', 'supplement', 'withdraw', 'receive'],
    from: chinaDate(now),
    until: chinaDate(now + mandateDays * dayMs),
    // The scan itself stays with the village; its digest is the evidence.
    evidence: { kind: 'signedPaper', digest: createHash('sha256').update(randomUUID()).digest('hex') },
    witness: { name: nameOf(randomUUID()) },
  };
}
