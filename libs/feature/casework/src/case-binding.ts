import { localDate, type WorkingCalendar } from '@tongban/domain/calendar';
import {
  caseCommandSchema,
  caseRules,
  checkCaseEntry,
  commandSpecs,
  dutyOf,
  knowsCaseEntry,
  usualDutyParameters,
  type CaseCommand,
  type CaseState,
  type DutyParameters,
} from '@tongban/domain/casework';
import { covers, type MandatePower } from '@tongban/domain/mandate';
import type { RecordClassBinding } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import {
  ancestorAt,
  isWithin,
  ok,
  parentOf,
  refuse,
  type DecisionContext,
  type NodeCode,
  type Result,
} from '@tongban/kernel';
import { applicantRefOf } from './applicant-ref.js';
import { principalRefusal, twoSides } from './principal.js';
import type { AttachmentSource, ItemSource, NodeSecrets } from './ports.js';
import { loadCases, saveCases } from './store/case-store.js';
import { isReceiptUsed, saveFeeMovements } from './store/fee-store.js';
import { findOpenCase, insertApplicantCase } from './store/applicant-store.js';
import { insertOpposing, isAgentOf } from './store/agency-store.js';
import { findMandate } from './store/mandate-store.js';
import { raiseDailyNumbers } from './store/numbers-seen.js';

export interface CaseBindingTools {
  readonly calendar: WorkingCalendar;
  readonly items: ItemSource;
  readonly attachments: AttachmentSource;
  readonly secrets: NodeSecrets;
  readonly parameters?: DutyParameters;
}

export const principalPurpose = 'principal';

/** Binds the rules of cases to the federation: what they need besides the record, who may read, where they are kept. */
export function caseBinding(tools: CaseBindingTools): RecordClassBinding<CaseState, CaseCommand> {
  return {
    rules: caseRules({ calendar: tools.calendar }),
    knows: knowsCaseEntry,
    check: (entry) => checkCaseEntry(entry),
    parseCommand(json) {
      const parsed = caseCommandSchema.safeParse(json);
      if (!parsed.success) return refuse('request.invalid', '请求内容不符合要求');
      // Only what may be asked from anywhere is taken from another node; beginning a case is never asked for.
      if (commandSpecs[parsed.data.type].from !== 'anywhere' || parsed.data.type === 'submit') {
        return refuse('case.not-owner', `“${commandSpecs[parsed.data.type].name}”只能在办理机关办理`);
      }
      return ok(parsed.data);
    },
    guard: (sql, state, command, context) => guardCase(tools, sql, state, command, context),
    recipients: handlersOf,
    load: loadCases,
    async save(sql, node, changes, now) {
      const { calendar, parameters = usualDutyParameters } = tools;
      await saveCases(sql, node, changes, now, (state) => dutyOf(state, calendar, now, parameters)?.at ?? null);
      await saveFeeMovements(sql, node, changes);
      for (const { state } of changes) await sendAttachmentsUp(tools.attachments, sql, node, state);
    },
    regain: (sql, node, changes) =>
      raiseDailyNumbers(
        sql,
        node,
        changes.map(({ state }) => state),
      ),
  };
}

/** Nodes that handle the case, and the gateway that reports it with the applicant's name. */
export function handlersOf({ intake, route, owner }: CaseState): NodeCode[] {
  const { accept, decide, certify, deliver } = route;
  const gateway = ancestorAt(intake, 'province')!;
  return [...new Set([intake, accept, decide, certify, deliver, owner, gateway])];
}

/** Attachments climb only as far as the case is handled. */
async function sendAttachmentsUp(
  attachments: AttachmentSource,
  sql: Sql,
  node: NodeCode,
  state: CaseState,
): Promise<void> {
  const { accept, decide, certify } = state.route;
  // Above, or beside after a move: both are reached through the parent.
  const handledAbove = [accept, decide, certify].some((handler) => !isWithin(handler, node));
  if (!handledAbove || state.materials.length === 0 || state.status === 'closed' || parentOf(node) === undefined)
    return;
  if (!isWithin(state.intake, node)) return;
  await attachments.sendUp(
    sql,
    node,
    state.materials.map(({ digest }) => digest),
  );
}

const powerOf: Partial<Record<CaseCommand['type'], MandatePower>> = {
  submit: 'submit',
  supplement: 'supplement',
  withdraw: 'withdraw',
  deliver: 'receive',
  confirm: 'submit',
  applyFormally: 'submit',
};

async function guardCase(
  tools: CaseBindingTools,
  sql: Sql,
  state: CaseState | undefined,
  command: CaseCommand,
  context: DecisionContext,
): Promise<Result<void>> {
  if (command.type === 'submit') return guardSubmission(tools, sql, command, context);
  if (state === undefined) return ok(undefined);
  if (command.type === 'accept') {
    const held = await tools.items.findMaterials(context.owner, state.item.code, state.item.version);
    if (held === undefined) {
      return refuse('item.version-not-held', `本级没有事项 ${state.item.code} 第 ${state.item.version} 版`);
    }
    const submitter = state.handlers.submitted;
    if (state.mandate === null || submitter === undefined) return ok(undefined);
    return coveredBy(sql, context.owner, state.mandate, {
      item: state.item.code,
      power: 'submit',
      agentSubject: submitter.subject,
      on: localDate(state.submittedAt),
    });
  }
  if (command.type === 'confirmPayment' && (await isReceiptUsed(sql, context.owner, command.receiptNumber))) {
    return refuse('fee.receipt-used', '该票据号已用于其他缴款', { receipt: command.receiptNumber });
  }
  if (command.type === 'noteReport' && context.actor.division !== ancestorAt(state.intake, 'province')) {
    return refuse('jurisdiction.division', '上报结果只能由省级前置登记');
  }
  const power = powerOf[command.type];
  const mandate = 'mandate' in command ? command.mandate : (state.mandate ?? undefined);
  if (context.actor.role !== 'agent' || power === undefined || mandate === undefined) return ok(undefined);
  // The agent who was entrusted with the application hands over its result as part of it.
  if (power === 'receive') return ok(undefined);
  const sides = await principalRefusal(sql, context.owner, state, mandate);
  if (sides !== undefined) return sides;
  const act = { item: state.item.code, power, agentSubject: context.actor.subject, on: localDate(context.occurredAt) };
  return coveredBy(sql, context.owner, mandate, act);
}

async function guardSubmission(
  tools: CaseBindingTools,
  sql: Sql,
  command: Extract<CaseCommand, { type: 'submit' }>,
  context: DecisionContext,
): Promise<Result<void>> {
  const wanted = command.attachments.map(({ digest }) => digest);
  const held = new Map((await tools.attachments.find(sql, context.owner, wanted)).map((file) => [file.digest, file]));
  for (const file of command.attachments) {
    const stored = held.get(file.digest);
    if (stored === undefined) return refuse('attachment.unknown', `附件 ${file.name} 未上传到本级`);
    if (stored.size !== file.size || stored.mediaType !== file.mediaType) {
      return refuse('request.invalid', `附件 ${file.name} 的大小或类型与上传时不一致`);
    }
  }
  if (command.mandate !== undefined) {
    const mandate = await findMandate(sql, context.owner, command.mandate);
    const covered = covers(mandate?.state, {
      item: command.item.code,
      power: 'submit',
      agentSubject: context.actor.subject,
      principalRef: tools.secrets.hmac(context.owner, principalPurpose, command.applicant.identityNumber),
      on: localDate(context.occurredAt),
    });
    if (!covered.ok) return covered;
  }
  const opposed = await guardOpposing(tools, sql, command, context);
  if (!opposed.ok) return opposed;
  // What the rules refuse anyway must not be told of a case that the person may have.
  const refusedAnyway =
    (context.actor.role === 'agent' && command.mandate === undefined) ||
    command.attachments.some(({ material }) => !command.catalogue.known.includes(material));
  return refusedAnyway ? ok(undefined) : checkDuplicate(tools, sql, command, context);
}

/** One open case for an applicant and item. Staff are told which; a stranger at home only that there is one. */
async function checkDuplicate(
  tools: CaseBindingTools,
  sql: Sql,
  { item, identityType, applicant }: Extract<CaseCommand, { type: 'submit' }>,
  { owner, actor, record }: DecisionContext,
): Promise<Result<void>> {
  const applicantRef = applicantRefOf(tools.secrets, owner, identityType, applicant.identityNumber);
  const open = await findOpenCase(sql, owner, applicantRef, item.code);
  if (open !== undefined) {
    return actor.role === 'resident'
      ? refuse('case.duplicate', '您就该事项已有在办件，请查询进度，无须重复申请')
      : refuse('case.duplicate', `申请人就该事项已有在办件 ${open.number}`, { number: open.number });
  }
  const principalRef = tools.secrets.hmac(owner, principalPurpose, applicant.identityNumber);
  await insertApplicantCase(sql, owner, { applicantRef, principalRef, itemCode: item.code, record });
  return ok(undefined);
}

/** 民法典 article 168: whoever acts for the applicant holds no mandate of the other side. */
async function guardOpposing(
  tools: CaseBindingTools,
  sql: Sql,
  { opposing = [], mandate, applicant }: Extract<CaseCommand, { type: 'submit' }>,
  { owner, actor, record, occurredAt }: DecisionContext,
): Promise<Result<void>> {
  if (opposing.length === 0) return ok(undefined);
  if (opposing.some(({ identityNumber }) => identityNumber.toUpperCase() === applicant.identityNumber.toUpperCase()))
    return refuse('request.invalid', '申请人与对方当事人不能是同一人');
  const parties = opposing.map(({ identityNumber }) => tools.secrets.hmac(owner, principalPurpose, identityNumber));
  if (mandate !== undefined && (await isAgentOf(sql, owner, actor.subject, parties, localDate(occurredAt))))
    return twoSides();
  await insertOpposing(sql, owner, record, parties);
  return ok(undefined);
}

/** On arrival the principal was checked where the mandate was recorded; here its scope, term and revocation are. */
async function coveredBy(
  sql: Sql,
  node: NodeCode,
  record: string,
  act: { item: string; power: MandatePower; agentSubject: string; on: string },
): Promise<Result<void>> {
  const mandate = await findMandate(sql, node, record);
  return covers(mandate?.state, { ...act, principalRef: mandate?.state.principalRef ?? '' });
}
