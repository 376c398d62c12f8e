import { localDate } from '@tongban/domain/calendar';
import { ok, ownershipTypes, refuse, type Draft, type NodeCode, type Result } from '@tongban/kernel';
import { channelRefusal } from './channels.js';
import { needsFirstReview } from './clock.js';
import { handOverReasons, type ApplicantType, type HandOverReason, type IdentityType } from './codes.js';
import type { CaseCommandOf } from './command-schemas.js';
import { isBlank, lacksMandate, mandateRequired, type CaseContext, type Decider, type Drafts } from './context.js';
import { draft } from './entry-schemas.js';
import type { Attachment, MaterialFact } from './fields.js';
import { hashQueryCode, makeCaseNumber } from './numbers.js';
import type { CaseState } from './state.js';
import { maxOfflineMs } from './times.js';

export const materialFactsOf = (attachments: readonly Attachment[]): MaterialFact[] =>
  attachments.map(({ material, digest, size, mediaType }) => ({ material, digest, size, mediaType }));

export const sealedFilesOf = (attachments: readonly Attachment[]) =>
  attachments.map(({ digest, name, key }) => ({ digest, name, key }));

/** Natural persons have personal papers; organisations their social credit code. */
export const identityFits = (applicant: ApplicantType, identity: IdentityType): boolean =>
  identity === 'other' || (applicant === 'naturalPerson') === (identity !== 'usccOrganisation');

export const offer = (to: NodeCode, reason: HandOverReason): Draft => draft(ownershipTypes.offered, { to, reason });

export function submit(command: CaseCommandOf<'submit'>, context: CaseContext): Drafts {
  const { item, route, channel, applicantType, identityType, mandate, attachments } = command;
  if (lacksMandate(context, mandate)) return mandateRequired();
  const channelled = channelRefusal(command, context);
  if (channelled !== undefined) return channelled;
  // An agent whose mandate has ended could otherwise claim to have acted under it at any time before.
  if (context.occurredAt < context.now - maxOfflineMs)
    return refuse('case.back-dated', '离线申请须在七日内上传，申请时间不能更早');
  if (!identityFits(applicantType, identityType))
    return refuse('request.invalid', '申请人类型与证件类型不相符', { applicantType, identityType });
  const unknown = attachments.find(({ material }) => !command.catalogue.known.includes(material));
  if (unknown !== undefined)
    return refuse('case.material-unknown', `事项没有材料“${unknown.material}”`, { material: unknown.material });
  const intake = context.owner;
  const number = makeCaseNumber({ division: intake, date: localDate(context.now), sequence: command.sequence });
  const submitted = draft(
    'case.submitted',
    {
      number,
      queryCodeHash: hashQueryCode(number, command.queryCode),
      ...{ item, route, intake, channel, applicantType, identityType },
      ...(mandate === undefined ? {} : { mandate }),
      ...(command.joint === undefined ? {} : { joint: command.joint }),
      materials: materialFactsOf(attachments),
      ...receptionFacts(command),
    },
    {
      applicant: command.applicant,
      ...(command.agent === undefined ? {} : { agent: command.agent }),
      form: command.form,
      files: sealedFilesOf(attachments),
      ...receptionSealed(command),
    },
  );
  // What was begun at a kiosk goes on from the window that receives it.
  const stays = route.accept === intake || channel === 'kiosk';
  return ok(stays ? [submitted] : [submitted, offer(route.accept, 'toAccept')]);
}

function receptionFacts({ preReview, callbackChecked, known = [] }: CaseCommandOf<'submit'>) {
  return {
    ...(preReview === true ? { preReview } : {}),
    ...(callbackChecked === true ? { callbackChecked } : {}),
    ...(known.length === 0 ? {} : { known: known.map(({ material, trust }) => ({ material, trust })) }),
  };
}

/** From which case something is known would tell every holder which cases are one person's: that is sealed. */
function receptionSealed({ caller, opposing, known = [] }: CaseCommandOf<'submit'>) {
  const knownFrom = known.map(({ trust: _fact, ...source }) => source);
  return {
    ...(caller === undefined ? {} : { caller }),
    ...(opposing === undefined ? {} : { opposing }),
    ...(knownFrom.length === 0 ? {} : { knownFrom }),
  };
}

/** Towards a node that has a power of the route to use, or back to where the case came from. */
export const handOver: Decider<'handOver'> = (state, { to, reason, text }) => {
  if (to === state.owner) return refuse('request.invalid', '该件已由本级办理，无须移交', { to });
  const { accept, decide, certify } = state.route;
  const targets = [accept, decide, certify, state.previousOwners.at(-1)];
  if (!targets.includes(to)) return refuse('case.power', '只能移交给办理路径上的机关，或退回上一环节', { to });
  if (reason !== 'returned') return firstReviewRefusal(state, to) ?? ok([offer(to, reason)]);
  if (to !== state.previousOwners.at(-1)) return refuse('case.power', '只能退回上一环节的机关', { to });
  if (text === undefined || isBlank(text)) return refuse('case.reason-required', '退回须说明理由');
  return ok([draft('case.returned', { to }, { reason: text }), offer(to, reason)]);
};

/** Article 43: what goes up for a decision goes up with the opinion of the first review. */
const firstReviewRefusal = (state: CaseState, to: NodeCode): Result<never> | undefined =>
  state.status === 'accepted' && to === state.route.decide && needsFirstReview(state) && !state.reviewed
    ? refuse('case.review-required', '上报件须先经本级初审并附意见')
    : undefined;

/**
 * The hand-over that the route asks for after acceptance or decision; undefined when the case is where it should be.
 * Undefined also while a case that goes up waits for
 * its first review. Meant to be asked right after those commands: a case that was returned on purpose would be sent forward again.
 */
export function nextHandOver(state: CaseState): CaseCommandOf<'handOver'> | undefined {
  if (state.pendingOffer !== null) return undefined;
  const { owner, route, status } = state;
  if (status === 'accepted' && needsFirstReview(state) && !state.reviewed) return undefined;
  if (status === 'accepted' && route.decide !== owner)
    return { type: 'handOver', to: route.decide, reason: 'toDecide' };
  if (status === 'approved' && route.certify !== owner)
    return { type: 'handOver', to: route.certify, reason: 'toCertify' };
  return undefined;
}

export const handOverReasonName = (reason: string): string =>
  Object.hasOwn(handOverReasons, reason) ? handOverReasons[reason as HandOverReason] : reason;
