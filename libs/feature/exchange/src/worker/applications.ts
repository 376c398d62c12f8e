import { createHash } from 'node:crypto';
import { caseRecordClass } from '@tongban/domain/casework';
import {
  intakeRecordClass,
  maxProvinceFileBytes,
  readApplication,
  type IntakeCommand,
  type IntakeState,
  type ProvinceApplication,
} from '@tongban/domain/exchange';
import { derivedId } from '@tongban/federation/nest';
import { readEntries, sm3 } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  refuse,
  refusalKind,
  unwrap,
  type JsonObject,
  type Refusal,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { findIntake } from '../intake/intake-store.js';
import { caseKeyOf, portalSubject } from '../intake/take-in.js';
import { limitsOf, type ApplicationTools, type ExchangeTools, type ProvinceInbox } from '../ports.js';
import { claimNumber } from '../store/number-store.js';
import { ordersOfNumber, type Order } from '../store/order-store.js';
import { notYet, refusedWith, type Handled, type InboxHandler } from './inbox-handler.js';
import { scopeOf } from './refresh.js';

type Tools = ExchangeTools & { readonly applications: ApplicationTools; readonly inbox: ProvinceInbox };

/**
 * An application of the provincial portal: its papers are fetched and sealed, and it goes as a record of its own to the
 * node that takes it in, whose answer ends it. The case is known to the province under the number that it gave.
 */
export const applyWith =
  (tools: Tools): InboxHandler =>
  async (order) => {
    const earlier = order.application ?? (await sameApplication(tools, order));
    if (typeof earlier === 'object') return refusedWith(earlier);
    const application = earlier ?? derivedId(order.id, `application ${tools.node} ${tools.profile.name}`);
    const state = await tools.transactor.run((sql) => findIntake(sql, tools.node, application));
    if (state !== undefined) return answered(tools, application, state);
    const filed = await file(tools, order, application);
    if (filed.ok) return { ...notYet, application, againMs: limitsOf(tools).noteCheckMs };
    const passes = ['unavailable', 'busy', 'fault', 'integrity'].includes(refusalKind(filed.refusal.code));
    return passes && filed.refusal.code !== 'exchange.file' ? notYet : refusedWith(filed.refusal);
  };

/** The record of a message that says the same under the same number; a refusal where another one holds the number. */
async function sameApplication(tools: Tools, order: Order): Promise<Uuid | undefined | Refusal> {
  const { transactor, sealer, node } = tools;
  if (order.number === null) return undefined;
  const found = await transactor.run((sql) => ordersOfNumber(sql, scopeOf(tools), 'application', order));
  const [before] = found.filter(({ stage }) => stage !== 'refused');
  if (before === undefined) return undefined;
  const contentOf = async ({ sealed }: Order) => canonicalJson(unwrap(await sealer.open(sealed!, node)));
  if ((await contentOf(before)) !== (await contentOf(order)))
    return { code: 'exchange.number-used', detail: '申办号已用于另一件申请' };
  return before.application ?? derivedId(before.id, `application ${tools.node} ${tools.profile.name}`);
}

async function answered(tools: Tools, application: Uuid, { outcome }: IntakeState): Promise<Handled> {
  if (outcome === null) return { ...notYet, application, againMs: limitsOf(tools).noteCheckMs };
  const { transactor, sealer, node } = tools;
  const entries = await transactor.run((sql) => readEntries(sql, node, application));
  const type = `application.${outcome.kind}`;
  const sealed = entries.findLast((entry) => entry.type === type)?.sealed;
  const told = sealed === undefined ? {} : unwrap(await sealer.open(sealed, node));
  if (outcome.kind === 'refused')
    return { stage: 'refused', done: true, application, code: outcome.code, answer: { text: told['detail'] ?? '' } };
  const answer = { number: outcome.number, querycode: told['queryCode'] ?? '' };
  return { stage: 'accepted', done: true, application, record: outcome.case, answer };
}

async function file(tools: Tools, order: Order, application: Uuid): Promise<Result<unknown>> {
  const { sealer, node, profile, applications, commands, clock, transactor } = tools;
  const opened = unwrap(await sealer.open(order.sealed!, node));
  const read = readApplication(opened['content'] as JsonObject, profile.codes);
  if (!read.ok) return read;
  const { number, item, division: target } = read.value;
  if (!applications.isDivision(target)) return refuse('exchange.division', `区划 ${target} 不属于本市`);
  const submission = await submissionOf(tools, order, read.value);
  if (!submission.ok) return submission;
  // Before there can be a case: its first report has to go out under this number.
  const record = derivedId(caseKeyOf(application), caseRecordClass);
  await transactor.run((sql) => claimNumber(sql, scopeOf(tools), record, number, clock.now()));
  const command: IntakeCommand = {
    ...{ type: 'file', profile: profile.name, number, item, target, submission: submission.value },
  };
  return commands.execute<IntakeState, IntakeCommand>({
    ...{ node, record: application, recordClass: intakeRecordClass, begins: true },
    key: derivedId(application, 'filed'),
    digest: sm3(Buffer.from(`application ${application}`)),
    command: () => Promise.resolve(ok(command)),
    actor: { subject: portalSubject, role: 'system', division: node },
    occurredAt: clock.now(),
  });
}

/** What the node submits; the papers are sealed here, and their keys travel in the sealed part. */
async function submissionOf(tools: Tools, order: Order, from: ProvinceApplication): Promise<Result<JsonObject>> {
  const { item, applicantType, identityType, applicant, form, files } = from;
  const attachments: JsonObject[] = [];
  for (const [place, { material, name, mediaType, size, sha256 }] of files.entries()) {
    const bytes = await tools.inbox.file(order.id, place, maxProvinceFileBytes);
    if (!bytes.ok) return bytes;
    const digest = createHash('sha256').update(bytes.value).digest('hex');
    if (bytes.value.length !== size || digest !== sha256)
      return refuse('exchange.file', `材料“${material}”的文件与登记的大小或摘要不符`);
    const put = await tools.transactor.run((sql) =>
      tools.applications.papers.put(sql, tools.node, bytes.value, mediaType, portalSubject),
    );
    if (!put.ok) return put;
    attachments.push({ material, name, ...put.value });
  }
  return ok({
    ...{ item, channel: 'province', applicantType, identityType, form, attachments },
    applicant: { ...applicant },
  });
}
