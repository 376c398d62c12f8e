import { specialProcedures } from '@tongban/domain/casework';
import type { StepForExchange } from '@tongban/domain/exchange';
import type { EntryView, JsonObject } from '@tongban/kernel';
import { factsOf } from './entry-facts.js';
import { given, textOf, type OpenedParts } from './sealed-parts.js';

type StepMaker = (
  entry: EntryView,
  part: JsonObject | undefined,
) => Pick<StepForExchange, 'name' | 'action'> & {
  readonly explanation: string | undefined;
};

const agreement = (agreed: boolean): 'agreed' | 'disagreed' => (agreed ? 'agreed' : 'disagreed');

/**
 * The entries that are a step in the province's sense (业务动作). Making a certificate and withdrawing have no action in
 * its list: they are told by the result alone.
 */
const makers: Readonly<Partial<Record<string, StepMaker>>> = {
  'case.supplementRequested': (_entry, part) => ({
    name: '补正告知',
    action: 'supplement',
    explanation: textOf(part, 'text'),
  }),
  // Nobody writes an opinion on an acceptance: the numbered notice is what is said of it.
  'case.accepted': (entry) => ({
    name: '受理',
    action: 'accepted',
    explanation: `予以受理，受理通知书 ${factsOf('case.accepted', entry).documentNumber}`,
  }),
  'case.notAccepted': (entry, part) => ({
    name: '受理',
    action: factsOf('case.notAccepted', entry).reasonCode === 'notWithinPowers' ? 'notOurs' : 'notAccepted',
    explanation: textOf(part, 'reason'),
  }),
  'case.reviewed': (entry, part) => ({
    name: '审核',
    action: agreement(factsOf('case.reviewed', entry).conclusion === 'agree'),
    explanation: textOf(part, 'opinion'),
  }),
  'case.returned': (_entry, part) => ({ name: '退回', action: 'returned', explanation: textOf(part, 'reason') }),
  'case.paused': (entry, part) => ({
    name: specialProcedures[factsOf('case.paused', entry).procedure],
    action: 'suspended',
    explanation: textOf(part, 'text'),
  }),
  'case.extensionDecided': (entry, part) => ({
    name: '延长期限审批',
    action: agreement(factsOf('case.extensionDecided', entry).outcome === 'granted'),
    explanation: textOf(part, 'reason'),
  }),
  'case.conferenceOpinion': (entry, part) => ({
    name: '会审意见',
    action: agreement(factsOf('case.conferenceOpinion', entry).conclusion !== 'disagree'),
    explanation: textOf(part, 'opinion'),
  }),
  'case.conferenceConcluded': (entry, part) => ({
    name: '会审',
    action: agreement(factsOf('case.conferenceConcluded', entry).conclusion !== 'disagree'),
    explanation: textOf(part, 'summary'),
  }),
  'case.replied': (entry, part) => ({
    name: '明确答复',
    action: agreement(factsOf('case.replied', entry).outcome === 'approve'),
    explanation: textOf(part, 'text'),
  }),
  'case.decided': (entry, part) => ({
    name: '决定',
    action: agreement(factsOf('case.decided', entry).outcome === 'approve'),
    explanation: textOf(part, 'opinion'),
  }),
};

/** The steps of a case in the order in which its owners recorded them. */
export function stepsOf(entries: readonly EntryView[], opened: OpenedParts): StepForExchange[] {
  const steps: StepForExchange[] = [];
  let last = 0;
  // Of the entries that one act writes only the first names its person: the next ones are by the same subject.
  const names = new Map<string, string>();
  for (const entry of entries) {
    const part = opened.get(entry.seq);
    const named = textOf(part, 'handlerName');
    if (named !== undefined) names.set(entry.actor.subject, named);
    const made = makers[entry.type]?.(entry, part);
    if (made === undefined) continue;
    // Owners' clocks differ by a little when a case moves; the order of the journal is the truth.
    last = Math.max(last, entry.recordedAt);
    const { name, action, explanation } = made;
    steps.push({
      ...{ name, action, startedAt: last, endedAt: last },
      ...given('handlerName', named ?? names.get(entry.actor.subject)),
      ...given('explanation', explanation),
    });
  }
  return steps;
}
