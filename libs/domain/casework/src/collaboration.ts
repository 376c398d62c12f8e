import { localDate } from '@tongban/domain/calendar';
import { ok, ownershipTypes, refuse, type Draft, type Result } from '@tongban/kernel';
import type { CaseCommand } from './command-schemas.js';
import { documentNumber, isBlank, type CaseContext, type Decider } from './context.js';
import { draft } from './entry-schemas.js';
import { openConference } from './procedure-state.js';
import type { CaseState } from './state.js';

/** 审核: by somebody who will not decide; the first review of a case that goes up, or an inner one. */
export const review: Decider<'review'> = (state, { conclusion, opinion, sequence }, context) => {
  if (isBlank(opinion)) return refuse('case.reason-required', '审核须写明意见');
  if (state.reviewed) return refuse('case.reviewed', '该件已经审核，退回后方可重新审核');
  const facts = { documentNumber: documentNumber('CS', sequence, context), conclusion };
  return ok([draft('case.reviewed', facts, { opinion })]);
};

/** 催办: no step, and once a day for each person, so that it stays a word and does not become noise. */
export const urge: Decider<'urge'> = (state, { text }, { actor, now }) => {
  const today = localDate(now);
  if (state.urges.some(({ by, at }) => by === actor.subject && localDate(at) === today))
    return refuse('case.urged', '今日已经催办，请勿重复');
  return ok([text === undefined ? draft('case.urged', {}) : draft('case.urged', {}, { text })]);
};

export const callConference: Decider<'callConference'> = (state, command, context) => {
  if (openConference(state) !== undefined) return refuse('case.conference', '上一次会审尚未形成结论');
  if (isBlank(command.subject)) return refuse('case.reason-required', '须写明会审的问题');
  const departments = [...new Set(command.departments)];
  if (departments.length < 2) return refuse('request.invalid', '会审须有两个以上部门参加');
  if (command.dueBy < localDate(context.now))
    return refuse('request.invalid', '会审答复日期不能早于今天', { dueBy: command.dueBy });
  const noticeNumber = documentNumber('HS', command.sequence, context);
  return ok([
    draft('case.conferenceCalled', { noticeNumber, departments, dueBy: command.dueBy }, { subject: command.subject }),
  ]);
};

export const giveOpinion: Decider<'giveOpinion'> = (state, { department, conclusion, opinion }, { actor }) => {
  const open = openConference(state);
  if (open === undefined) return refuse('case.conference', '该件没有正在进行的会审');
  if (!open.departments.includes(department)) return refuse('case.conference', '会审未邀请该部门', { department });
  if (open.opinions.some((given) => given.department === department || given.by === actor.subject))
    return refuse('case.conference', '该部门或本人已提出会审意见', { department });
  if (isBlank(opinion)) return refuse('case.reason-required', '会审须写明意见');
  return ok([draft('case.conferenceOpinion', { department, conclusion }, { opinion })]);
};

/** One conclusion over several opinions: all of them, or, once the day for it has passed, two at least. */
export const concludeConference: Decider<'concludeConference'> = (state, { conclusion, summary }, context) => {
  const open = openConference(state);
  if (open === undefined) return refuse('case.conference', '该件没有正在进行的会审');
  if (isBlank(summary)) return refuse('case.reason-required', '须写明会审结论');
  const given = open.opinions.map(({ department }) => department);
  const missing = open.departments.filter((department) => !given.includes(department));
  if (given.length < 2 || (missing.length > 0 && localDate(context.now) <= open.dueBy))
    return refuse('case.conference', '会审意见尚未收齐', { missing });
  return ok([draft('case.conferenceConcluded', { conclusion }, { summary })]);
};

/** Who acts in another's place is bound by what binds the other: acceptor and approver stay two people. */
export function coverRefusal(
  state: CaseState | undefined,
  command: CaseCommand,
  { actor }: CaseContext,
): Result<never> | undefined {
  const cover = 'cover' in command ? command.cover : undefined;
  if (cover === undefined) return undefined;
  if (cover.of === actor.subject) return refuse('request.invalid', 'B 角不能替本人顶岗');
  const deciding = command.type === 'decide' && state?.item.regime !== 'onTheSpot';
  if (deciding && state?.handlers.accepted?.subject === cover.of)
    return refuse('case.same-person', '受理人的 B 角不得代其批准同一办件');
  return undefined;
}

/**
 * The act with the words in whose place it was done, and that it was done off line. An offer stays last: after it nobody may
 * write.
 */
export function withMarks(
  drafts: readonly Draft[],
  command: CaseCommand,
  { offlineGrant }: Pick<CaseContext, 'offlineGrant'>,
): readonly Draft[] {
  const cover = 'cover' in command ? command.cover : undefined;
  const act = command.type;
  const marks = [
    ...(cover === undefined ? [] : [draft('case.covered', { act, of: cover.of, reasonCode: cover.reasonCode })]),
    ...(offlineGrant === undefined ? [] : [draft('case.actedOffline', { act, grant: offlineGrant })]),
  ];
  const place = drafts[0]?.type === ownershipTypes.offered ? 0 : 1;
  return drafts.toSpliced(place, 0, ...marks);
}
