import type { CaseEntryType } from '@tongban/domain/casework';
import type { Block } from './paper.js';
import type { Subject, Written } from './subject.js';

/** How one kind of document follows from one type of entry. */
export interface Template<T extends CaseEntryType> {
  readonly entryType: T;
  /** False where the entry issues no such document. */
  readonly isIssued?: (facts: Written<T>['facts']) => boolean;
  /** Undefined for what bears no number of its own. */
  readonly number: (facts: Written<T>['facts']) => string | undefined;
  readonly title: (facts: Written<T>['facts'], type: string) => string;
  /** What stands between the number and the end. */
  readonly body: (subject: Subject, entry: Written<T>) => readonly Block[];
}
