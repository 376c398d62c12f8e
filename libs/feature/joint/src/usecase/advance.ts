import { localDate } from '@tongban/domain/calendar';
import {
  branchForm,
  branchMaterials,
  branchOf,
  jointRecordClass,
  nextSteps,
  openRecords,
  type JointCommand,
  type JointState,
  type Step,
} from '@tongban/domain/joint';
import type { CaseState } from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { canonicalJson, ok, type Json, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { JointCaller, JointTools } from '../ports.js';
import { findJoint } from '../store/joint-store.js';
import { clearTrouble, readTroubles, saveTrouble, type Trouble } from '../store/trouble-store.js';
import { readPapers, type Papers } from './papers.js';

/** News and submissions of one look; what is left is done by the next one. */
const maxPasses = 20;

/**
 * Brings a joint case as far as it can go: notes the news of its branches and submits those that are free. Every step
 * has a key that follows from the record, so that it may be done again after a death between any two of them: the same
 * key is the same case and the same entry.
 */
export async function advanceJoint(tools: JointTools, node: NodeCode, record: Uuid): Promise<void> {
  for (let pass = 0; pass < maxPasses; pass++) {
    const seen = await look(tools, node, record);
    if (seen === undefined) return;
    const { state, cases, troubles } = seen;
    if (state.closing === 'withdrawn') await withdrawBranches(tools, node, record, state, cases);
    const now = tools.clock.now();
    const waits = new Set(troubles.filter(({ nextTryAt }) => nextTryAt > now).map(({ branch }) => branch));
    const steps = nextSteps(state, cases).filter((step) => step.kind === 'note' || !waits.has(step.branch));
    const papers = steps.some(({ kind }) => kind === 'start') ? await readPapers(tools, node, record) : undefined;
    let moved = false;
    for (const step of steps) {
      if (step.kind === 'note') moved = (await note(tools, node, record, step)) || moved;
      else if (papers?.ok === true) moved = (await start(tools, node, record, state, papers.value, step)) || moved;
    }
    if (!moved) return;
  }
}

interface Seen {
  readonly state: JointState;
  readonly cases: ReadonlyMap<Uuid, CaseState>;
  readonly troubles: readonly Trouble[];
}

const look = (tools: JointTools, node: NodeCode, record: Uuid): Promise<Seen | undefined> =>
  tools.transactor.run(async (sql) => {
    const held = await findJoint(sql, node, record);
    if (held === undefined || held.state.owner !== node) return undefined;
    const cases = await tools.cases.load(sql, node, openRecords(held.state));
    return { state: held.state, cases, troubles: await readTroubles(sql, node, record) };
  });

const digestOf = (value: Json): Uint8Array => sm3(Buffer.from(canonicalJson(value)));

/** A word of the machine under its own key; false where somebody else was faster, or it is no longer so. */
async function tell(tools: JointTools, node: NodeCode, record: Uuid, purpose: string, command: JointCommand) {
  const executed = await tools.commands.execute<JointState, JointCommand>({
    ...{ node, record, recordClass: jointRecordClass },
    key: derivedId(record, purpose),
    digest: digestOf(command as unknown as Json),
    actor: { subject: 'joint', role: 'system', division: node },
    occurredAt: tools.clock.now(),
    command: () => Promise.resolve(ok(command)),
  });
  return executed.ok;
}

const note = (tools: JointTools, node: NodeCode, record: Uuid, { branch, attempt, view }: Step & { kind: 'note' }) =>
  tell(tools, node, record, `note ${branch} ${attempt} ${view.seq}`, { type: 'noteBranch', branch, attempt, view });

/** Submits a branch as an ordinary case, then writes down which; in between the process may die. */
async function start(
  tools: JointTools,
  node: NodeCode,
  record: Uuid,
  state: JointState,
  papers: Papers,
  { branch, attempt }: Step & { kind: 'start' },
): Promise<boolean> {
  const submitted = await submit(tools, node, record, state, papers, branch, attempt);
  const { transactor, clock } = tools;
  if (!submitted.ok) {
    const { refusal } = submitted;
    await transactor.run((sql) => saveTrouble(sql, node, record, branch, refusal, clock.now()));
    return false;
  }
  const { number } = submitted.value;
  const held = await transactor.run((sql) => tools.cases.load(sql, node, [submitted.value.record]));
  const on = localDate(held.get(submitted.value.record)?.submittedAt ?? clock.now());
  const command = { type: 'startBranch', branch, attempt, record: submitted.value.record, number, on } as const;
  const told = await tell(tools, node, record, `start ${branch} ${attempt}`, command);
  await transactor.run((sql) => clearTrouble(sql, node, record, branch));
  return told;
}

function submit(
  tools: JointTools,
  node: NodeCode,
  record: Uuid,
  state: JointState,
  papers: Papers,
  branch: string,
  attempt: number,
): Promise<Result<{ readonly record: Uuid; readonly number: string }>> {
  const found = branchOf(state, branch)!;
  const { applicantType, identityType, channel, opener } = state;
  const content = {
    ...{ item: found.item, channel, applicantType, identityType },
    applicant: papers.applicant,
    form: branchForm(found, papers.form),
    attachments: branchMaterials(found, papers.attachments),
  };
  const key = derivedId(record, `branch ${branch} ${attempt}`);
  // Of the attempt and not of its content: what was handed in meanwhile belongs to the next attempt.
  const caller = callerAs(node, record, key, opener, { record, branch, attempt });
  return tools.cases.submit(caller, { joint: { record, branch }, content });
}

/** What the applicant takes back is taken back in every branch that still runs. */
async function withdrawBranches(
  tools: JointTools,
  node: NodeCode,
  record: Uuid,
  { withdrawal, branches }: JointState,
  cases: ReadonlyMap<Uuid, CaseState>,
): Promise<void> {
  if (withdrawal === null) return;
  const running = Object.entries(branches).flatMap(([branch, { attempts }]) =>
    attempts
      .filter((attempt) => cases.get(attempt.record)?.status !== 'closed')
      .map((attempt) => ({ branch, attempt })),
  );
  for (const { branch, attempt } of running) {
    if (attempt.view.status === 'closed') continue;
    const key = derivedId(attempt.record, 'withdrawn with its joint case');
    const by = { subject: withdrawal.by, role: withdrawal.role, division: node };
    const caller = callerAs(node, record, key, by, { record, branch, withdraws: attempt.record });
    await tools.cases.withdraw(caller, attempt.record, withdrawal.reasonCode, '联办申请整体撤回');
  }
}

function callerAs(
  node: NodeCode,
  record: Uuid,
  key: Uuid,
  { subject, role, division }: JointState['opener'],
  digested: Json,
): JointCaller {
  const digest = digestOf(digested);
  const span = Buffer.from(digest).toString('hex').slice(0, 16);
  const traceparent = `00-${record.replaceAll('-', '')}-${span}-00`;
  return { node, key, role, person: { subject, division }, traceparent, digest };
}
