import { localDate, type WorkingCalendar } from '@tongban/domain/calendar';
import { refuse, type DecisionContext, type Draft, type Result } from '@tongban/kernel';
import type { CaseCommandOf, CaseCommandType } from './command-schemas.js';
import { makeDocumentNumber, type DocumentKind } from './numbers.js';
import type { CaseState } from './state.js';

/** A kernel context with what the rules were made with. */
export interface CaseContext extends DecisionContext {
  readonly calendar: WorkingCalendar;
}

export type Drafts = Result<readonly Draft[]>;
/** Decides one command for a case that exists; status, role, owner and times have been checked already. */
export type Decider<T extends CaseCommandType> = (
  state: CaseState,
  command: CaseCommandOf<T>,
  context: CaseContext,
) => Drafts;

export const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

/** The agent acts on a mandate only; whether it covers the act is the caller's to check, with the mandate's rules. */
export const lacksMandate = (context: DecisionContext, mandate: string | undefined): boolean =>
  context.actor.role === 'agent' && mandate === undefined;

export const mandateRequired = (): Drafts => refuse('mandate.required', '代办须提供申请人的委托授权');

export const documentNumber = (kind: DocumentKind, sequence: number, context: CaseContext): string =>
  makeDocumentNumber({ kind, division: context.owner, date: localDate(context.now), sequence });
