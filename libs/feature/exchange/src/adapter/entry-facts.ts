import { caseEntrySchemas, type CaseEntryType, type CaseFacts } from '@tongban/domain/casework';
import type { EntryView } from '@tongban/kernel';
import type { z } from 'zod';

/** The facts of an entry of a known type in the version it was written in; checked when the entry was taken in. */
export function factsOf<T extends CaseEntryType>(type: T, entry: EntryView): CaseFacts<T> {
  const versions: Readonly<Record<number, { readonly facts: z.ZodType }>> = caseEntrySchemas[type];
  const schema = versions[entry.version];
  if (schema === undefined) throw new Error(`${type} v${entry.version} is not known here`);
  return schema.facts.parse(entry.facts) as CaseFacts<T>;
}
