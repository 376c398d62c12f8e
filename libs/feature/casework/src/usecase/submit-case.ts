import { localDate } from '@tongban/domain/calendar';
import { findFormProblems, isIdentityNumber, isUscc, type ApplicantForm } from '@tongban/domain/catalogue';
import {
  caseCommandSchemas,
  caseRecordClass,
  type CaseCommand,
  type CaseState,
  type JointBranch,
} from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { z } from 'zod';
import { findCase, nextDailyNumber } from '../store/case-store.js';
import type { ItemMaterials } from '../ports.js';
import { actorOf, signatureOf, readOnce, type Caller, type CaseworkTools } from './context.js';
import { applicantRefOf } from '../applicant-ref.js';
import { findKnown, reuseFiles } from './known-materials.js';
import { queryCodeOf } from './resident-codes.js';
import { routeWithinQuota } from './route-within-quota.js';

/** Materials taken over from earlier cases by one application. */
export const maxReused = 100;

export const submissionSchema = caseCommandSchemas.submit
  .omit({ type: true, sequence: true, catalogue: true, queryCode: true, item: true, route: true })
  .omit({ joint: true, known: true })
  .extend({
    /** Codes of materials that the applicant wants taken over from an earlier case. */
    reuse: z.array(z.string().max(64)).max(maxReused).optional(),
    /** 12-digit base code of the item. */
    item: z.string().regex(/^\d{12}$/),
    /** When it was done, where that is not now (offline). ISO 8601. */
    occurredAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'CaseSubmission' });
export type Submission = z.output<typeof submissionSchema>;

export interface SubmittedCase {
  readonly record: Uuid;
  readonly number: string;
  readonly queryCode: string;
  readonly seq: number;
  readonly state: 'done';
}

/**
 * Takes a case in at a node: item, route and mandate are checked against what this node holds, also offline. `joint` is
 * set by the node of the joint case that it is a branch of, and by no caller.
 */
export async function submitCase(
  tools: CaseworkTools,
  caller: Caller,
  submission: Submission,
  joint?: JointBranch,
): Promise<Result<SubmittedCase>> {
  const identified = checkIdentity(submission);
  if (!identified.ok) return identified;
  const { node, key } = caller;
  const record = derivedId(key, caseRecordClass);
  const queryCode = queryCodeOf(tools.secrets, node, record);
  const { occurredAt, item: code, reuse = [], ...rest } = submission;
  const now = tools.clock.now();
  const executed = await tools.commands.execute<CaseState, CaseCommand>({
    ...{ node, key, digest: caller.digest, recordClass: caseRecordClass, record, begins: true },
    actor: actorOf(caller),
    ...signatureOf(caller),
    occurredAt: occurredAt === undefined ? now : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    async command(sql) {
      const today = localDate(now);
      const routed = await routeWithinQuota(tools, sql, node, code, today);
      if (!routed.ok) return routed;
      const { pin, route, presenceRequired } = routed.value;
      if (submission.channel === 'province' && (presenceRequired || routed.value.offline === true))
        return refuse('item.not-online', `“${pin.name}”不能在网上申请，请到窗口办理`);
      if (presenceRequired && (caller.role === 'agent' || submission.channel === 'phone')) {
        return refuse('mandate.presence-required', `“${pin.name}”须申请人本人到场`);
      }
      const catalogue = await tools.items.findMaterials(node, pin.code, pin.version);
      if (catalogue === undefined) return refuse('item.version-not-held', `本级没有事项 ${pin.code} 的现行版本`);
      const filled = checkForm(catalogue.form, rest.form);
      if (!filled.ok) return filled;
      const { accept, decide, certify, deliver } = route;
      const { identityType, applicant } = submission;
      const applicantRef = applicantRefOf(tools.secrets, node, identityType, applicant.identityNumber);
      const offers = await findKnown(tools, sql, caller, { applicantRef, wanted: catalogue });
      const missing = submission.channel === 'province' ? missingOf(catalogue, rest.attachments, offers) : [];
      if (missing.length > 0)
        return refuse('case.material-missing', `缺少必要材料：${missing.join('、')}`, { materials: missing });
      const reused = await reuseFiles(tools, sql, caller, offers, reuse);
      if (!reused.ok) return reused;
      return ok({
        ...rest,
        attachments: [...rest.attachments, ...reused.value],
        ...(offers.length === 0 ? {} : { known: offers.map(({ file: _file, ...known }) => known) }),
        ...(joint === undefined ? {} : { joint }),
        type: 'submit',
        item: pin,
        route: { accept, decide, certify, deliver },
        catalogue: { known: [...catalogue.known], required: [...catalogue.required] },
        sequence: await nextDailyNumber(sql, node, today, 'case'),
        queryCode,
      });
    },
  });
  if (!executed.ok) return executed;
  const held = await readOnce(tools, (sql) => findCase(sql, node, record));
  return ok({ record, number: held!.state.number, queryCode, seq: executed.value.seq!, state: 'done' });
}

/** Nobody at the provincial portal can be told at once what is missing there: such an application goes back. */
function missingOf(
  { required, named }: ItemMaterials,
  attachments: Submission['attachments'],
  offers: readonly { readonly material: string }[],
): string[] {
  const there = new Set([...attachments, ...offers].map(({ material }) => material));
  const signatureOfMaterial = new Map(named.map(({ code, name }) => [code, name]));
  return required.filter((code) => !there.has(code)).map((code) => signatureOfMaterial.get(code) ?? code);
}

/** Faults of a form that are told in one sentence; the places are told whole. */
const toldFormFaults = 5;

/** The form of the version that the case is pinned to. Refusal case.form with the fields at fault. */
function checkForm(form: ApplicantForm, filled: Submission['form']): Result<void> {
  const problems = findFormProblems(form, filled);
  if (problems.length === 0) return ok(undefined);
  const told = problems.slice(0, toldFormFaults).map(({ message }) => message);
  const rest = problems.length > told.length ? `等 ${problems.length} 处` : '';
  return refuse('case.form', `申请表填写有误：${told.join('；')}${rest}`, {
    fields: problems.map(({ field }) => field),
  });
}

/** Check digits of GB 11643 and GB 32100: a mistyped number is refused at the window, not by the province. */
function checkIdentity({ identityType, applicant }: Submission): Result<void> {
  const number = applicant.identityNumber;
  if (identityType === 'residentIdentityCard' && !isIdentityNumber(number)) {
    return refuse('request.invalid', '身份证号码校验不正确，请核对');
  }
  if (identityType === 'usccOrganisation' && !isUscc(number)) {
    return refuse('request.invalid', '统一社会信用代码校验不正确，请核对');
  }
  return ok(undefined);
}
