import type { LocalDate } from '@tongban/domain/calendar';
import type { Instant, NodeCode, Role } from '@tongban/kernel';
import type { Outcome } from './codes.js';
import type { BilledLine } from './fields.js';
import type {
  CoverReason,
  ExtensionOutcome,
  FeeMovementKind,
  FeeStatus,
  OpinionConclusion,
  PaymentMethod,
  ReviewConclusion,
  SpecialProcedure,
} from './procedure-codes.js';

/** A special procedure: the clock stands still on the days after `from` up to `endedOn`, at most `workingDays`. */
export type Pause = {
  readonly noticeNumber: string;
  readonly procedure: SpecialProcedure;
  readonly legalBasis: string;
  /** What the applicant was told in writing that it would take. */
  readonly workingDays: number;
  readonly from: LocalDate;
  readonly endedOn: LocalDate | null;
};

export type Extension = {
  readonly days: number;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly outcome: ExtensionOutcome | null;
  readonly noticeNumber: string | null;
};

export type Review = {
  readonly documentNumber: string;
  readonly conclusion: ReviewConclusion;
  readonly by: string;
  readonly division: NodeCode;
  readonly at: Instant;
};

export type Opinion = {
  readonly department: string;
  readonly by: string;
  readonly conclusion: OpinionConclusion;
  readonly at: Instant;
};
/** 会审: several opinions, one conclusion. */
export type Conference = {
  readonly noticeNumber: string;
  readonly departments: readonly string[];
  readonly dueBy: LocalDate;
  readonly calledAt: Instant;
  readonly opinions: readonly Opinion[];
  readonly conclusion: OpinionConclusion | null;
  readonly concludedAt: Instant | null;
};

export type Urge = { readonly by: string; readonly role: Role; readonly division: NodeCode; readonly at: Instant };
/** A/B role: `by` did the act in place of `of`. */
export type Cover = {
  readonly act: string;
  readonly of: string;
  readonly by: string;
  readonly reasonCode: CoverReason;
  readonly at: Instant;
};

export type FeeNotice = {
  readonly number: string;
  readonly lines: readonly BilledLine[];
  readonly amountFen: number;
  /** The node that issued it: the money is on its books, wherever the case is by the time it is paid. */
  readonly collector: NodeCode;
  readonly issuedBy: string;
  readonly issuedAt: Instant;
};
/** One line of the settlement sheet. `noticeNumber` is null for an exemption before any notice: nothing was owed yet. */
export type FeeMovement = {
  readonly seq: number;
  readonly kind: FeeMovementKind;
  readonly noticeNumber: string | null;
  readonly documentNumber: string | null;
  readonly amountFen: number;
  readonly method: PaymentMethod | null;
  /** On whose books the line is. */
  readonly collector: NodeCode;
  /** Where it was written. */
  readonly at: NodeCode;
  readonly by: string;
  readonly on: LocalDate;
};
export type FeeState = {
  readonly status: FeeStatus;
  readonly notice: FeeNotice | null;
  /** Oldest first. */
  readonly movements: readonly FeeMovement[];
};

/** What the procedures between acceptance and certificate add to a case. */
export type ProcedureState = {
  /** When the step that is being waited for began. */
  readonly stepSince: Instant | null;
  readonly pauses: readonly Pause[];
  readonly extension: Extension | null;
  readonly reviews: readonly Review[];
  /** False after a return: what was reviewed may be changed. */
  readonly reviewed: boolean;
  readonly returns: readonly { readonly to: NodeCode; readonly at: Instant }[];
  readonly urges: readonly Urge[];
  readonly covers: readonly Cover[];
  readonly conferences: readonly Conference[];
  readonly fee: FeeState;
  readonly reply: { readonly documentNumber: string; readonly outcome: Outcome } | null;
};

export const noProcedures: ProcedureState = {
  stepSince: null,
  pauses: [],
  extension: null,
  reviews: [],
  reviewed: false,
  returns: [],
  urges: [],
  covers: [],
  conferences: [],
  fee: { status: 'unbilled', notice: null, movements: [] },
  reply: null,
};

/** The special procedure that stops the clock now. */
export const runningPause = ({ pauses }: ProcedureState): Pause | undefined =>
  pauses.find(({ endedOn }) => endedOn === null);

export const openConference = ({ conferences }: ProcedureState): Conference | undefined =>
  conferences.find(({ conclusion }) => conclusion === null);
