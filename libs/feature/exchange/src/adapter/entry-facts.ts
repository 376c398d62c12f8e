import { caseEntrySchemas, type CaseEntryType, type CaseFacts } from '@tongban/domain/casework';
import type { EntryView } from '@tongban/kernel';

/** The facts of an entry of a known type; they were checked when the entry was taken in. */
export const factsOf = <T extends CaseEntryType>(type: T, entry: EntryView): CaseFacts<T> =>
  caseEntrySchemas[type][1].facts.parse(entry.facts) as CaseFacts<T>;
