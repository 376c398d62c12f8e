import { specialProcedures, violationKinds, type CaseState, type ViolationKind } from '@tongban/domain/casework';
import type { SpecialForExchange, SupervisionForExchange, SupervisionLevel } from '@tongban/domain/exchange';
import type { EntryView } from '@tongban/kernel';
import { factsOf } from './entry-facts.js';
import { given, textOf, type OpenedParts } from './sealed-parts.js';

const extensionName = '延长办理期限';

/** Special procedures and granted extensions, in the order in which they began. */
export function specialsOf(entries: readonly EntryView[], opened: OpenedParts): SpecialForExchange[] {
  return entries.flatMap((entry): SpecialForExchange[] => {
    const part = opened.get(entry.seq);
    if (entry.type === 'case.paused') return [pauseOf(entry, entries, opened)];
    if (entry.type !== 'case.extensionDecided') return [];
    const { outcome, noticeNumber } = factsOf('case.extensionDecided', entry);
    if (outcome !== 'granted' || noticeNumber === undefined) return [];
    return [
      {
        ...{ type: 'extension', name: extensionName, noticeNumber },
        ...{ startedAt: entry.recordedAt, endedAt: entry.recordedAt },
        ...given('reason', textOf(part, 'reason')),
        ...given('handlerName', textOf(part, 'handlerName')),
      },
    ];
  });
}

function pauseOf(entry: EntryView, entries: readonly EntryView[], opened: OpenedParts): SpecialForExchange {
  const { noticeNumber, procedure, legalBasis } = factsOf('case.paused', entry);
  const part = opened.get(entry.seq);
  const resumed = entries.find(
    (later) => later.type === 'case.resumed' && factsOf('case.resumed', later).noticeNumber === noticeNumber,
  );
  return {
    ...{ type: procedure, name: specialProcedures[procedure], noticeNumber, legalBasis },
    startedAt: entry.recordedAt,
    ...given('endedAt', resumed && Math.max(resumed.recordedAt, entry.recordedAt)),
    ...given('reason', textOf(part, 'text')),
    ...given('result', resumed && textOf(opened.get(resumed.seq), 'result')),
    ...given('handlerName', textOf(part, 'handlerName')),
  };
}

/** Past a promise is a warning, past the law a correction; a parameter of the region where it says otherwise. */
const levels: Readonly<Record<ViolationKind, SupervisionLevel>> = {
  secondNotice: 'yellow',
  deemedAccepted: 'red',
  promisedOverdue: 'yellow',
  statutoryOverdue: 'red',
  reviewOverdue: 'yellow',
  certificateOverdue: 'red',
  pauseOverrun: 'yellow',
};
const urgedRule = 'urged';
const urgedContent = '督办人员催办';

/** 电子监察: violations and what supervisors urged, in the order of the journal. */
export function supervisionsOf(
  { violations }: CaseState,
  entries: readonly EntryView[],
  opened: OpenedParts,
): SupervisionForExchange[] {
  const found: SupervisionForExchange[] = violations.map(({ kind, seq, at }) => ({
    ...{ rule: kind, level: levels[kind], content: violationKinds[kind], seq, at },
  }));
  for (const { type, actor, seq, recordedAt } of entries) {
    if (type !== 'case.urged' || actor.role !== 'supervisor') continue;
    const content = textOf(opened.get(seq), 'text') ?? urgedContent;
    found.push({ rule: urgedRule, level: 'blue', content, seq, at: recordedAt });
  }
  return found.sort((a, b) => a.seq - b.seq);
}
