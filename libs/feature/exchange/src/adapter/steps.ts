import { caseEntrySchemas, type CaseEntryType, type CaseFacts } from '@tongban/domain/casework';
import type { StepForExchange } from '@tongban/domain/exchange';
import type { EntryView, JsonObject } from '@tongban/kernel';
import { given, textOf, type OpenedParts } from './sealed-parts.js';

type StepMaker = (
  entry: EntryView,
  part: JsonObject | undefined,
) => Pick<StepForExchange, 'name' | 'action'> & {
  readonly explanation: string | undefined;
};

const factsOf = <T extends CaseEntryType>(type: T, entry: EntryView): CaseFacts<T> =>
  caseEntrySchemas[type][1].facts.parse(entry.facts) as CaseFacts<T>;

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
  'case.decided': (entry, part) => ({
    name: '决定',
    action: factsOf('case.decided', entry).outcome === 'approve' ? 'agreed' : 'disagreed',
    explanation: textOf(part, 'opinion'),
  }),
};

/** The steps of a case in the order in which its owners recorded them. */
export function stepsOf(entries: readonly EntryView[], opened: OpenedParts): StepForExchange[] {
  const steps: StepForExchange[] = [];
  let last = 0;
  for (const entry of entries) {
    const part = opened.get(entry.seq);
    const made = makers[entry.type]?.(entry, part);
    if (made === undefined) continue;
    // Owners' clocks differ by a little when a case moves; the order of the journal is the truth.
    last = Math.max(last, entry.recordedAt);
    const { name, action, explanation } = made;
    steps.push({
      ...{ name, action, startedAt: last, endedAt: last },
      ...given('handlerName', textOf(part, 'handlerName')),
      ...given('explanation', explanation),
    });
  }
  return steps;
}
