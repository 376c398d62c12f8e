import type { DueDate, LocalDate } from '@tongban/domain/calendar';
import type { Instant, NodeCode, Role } from '@tongban/kernel';
import type {
  ApplicantType,
  CaseStatus,
  Channel,
  Closing,
  CorrectionReason,
  DeliveryMethod,
  IdentityType,
  NonAcceptanceReason,
  Outcome,
  RatingChannel,
  RatingLevel,
  RefusalReason,
  ReportOutcome,
  ViolationKind,
  WithdrawalReason,
} from './codes.js';
import type { CaseRoute, ItemPin, JointBranch, MaterialFact } from './fields.js';
import { noProcedures, type ProcedureState } from './procedure-state.js';
import { noReception, type ReceptionState } from './reception-state.js';

/** Who took a step, by pseudonymous subject. */
export type Handler = {
  readonly subject: string;
  readonly role: Role;
  readonly division: NodeCode;
  readonly at: Instant;
};
export type HandledStep =
  'submitted' | 'accepted' | 'notAccepted' | 'decided' | 'certified' | 'delivered' | 'withdrawn';

export type SupplementRound = {
  readonly noticeNumber: string;
  readonly materials: readonly string[];
  readonly requestedAt: Instant;
  readonly suppliedAt: Instant | null;
};
export type Decision = {
  readonly outcome: Outcome;
  readonly documentNumber: string;
  readonly reasonCode: RefusalReason | null;
  readonly legalBasis: string | null;
  readonly remedies: string | null;
};
export type Certificate = {
  readonly number: string;
  readonly resultName: string;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate | null;
  /** Of the code that collects it at a window; hashPickUpCode. */
  readonly pickUpCodeHash?: string;
};
/** How the result came to the applicant. */
export type Delivery = {
  readonly method: DeliveryMethod;
  readonly deliveredAt: Instant;
  /** Left out where the window checked papers. */
  readonly proof?: 'pickUpCode';
  readonly parcel?: { readonly carrier: string; readonly trackingNumber: string };
};
export type Rating = {
  readonly level: RatingLevel;
  readonly channel: RatingChannel;
  readonly reasonCodes: readonly string[];
  readonly at: Instant;
};
export type Correction = {
  readonly field: 'identityType' | 'applicantType';
  readonly from: string;
  readonly to: string;
  readonly reasonCode: CorrectionReason;
  readonly at: Instant;
};
/** The province's newest answer under one exchange profile. */
export type ReportState = {
  readonly outcome: ReportOutcome;
  readonly dataVersion: number;
  readonly receipt: string | null;
  readonly problems: readonly { readonly code: string; readonly field: string; readonly message: string }[];
  readonly at: Instant;
};

type Parts = ProcedureState & ReceptionState;

/**
 * Everything that the entries of a case say without its sealed parts: plain JSON, null where there is nothing yet.
 * Instants are the owner's recording times, by which the law's clocks run; `lastOccurredAt` alone is the actors' time.
 */
export type CaseState = Parts & {
  readonly number: string;
  readonly queryCodeHash: string;
  readonly item: ItemPin;
  readonly route: CaseRoute;
  readonly intake: NodeCode;
  readonly channel: Channel;
  readonly applicantType: ApplicantType;
  readonly identityType: IdentityType;
  readonly mandate: string | null;
  /** The branch of a joint case that the case is. */
  readonly joint: JointBranch | null;

  readonly status: CaseStatus;
  readonly closing: Closing | null;

  readonly seq: number;
  readonly epoch: number;
  readonly owner: NodeCode;
  /** Oldest first; the last one is where the case came from. */
  readonly previousOwners: readonly NodeCode[];
  readonly pendingOffer: { readonly to: NodeCode; readonly reason: string | null; readonly offeredAt: Instant } | null;

  readonly submittedAt: Instant;
  /** When the accepting node got the papers, or their supplement: the five working days for the notice begin here. */
  readonly receivedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  /** The date from which the limits count: earlier than acceptedAt where the case was accepted by silence. */
  readonly acceptedOn: LocalDate | null;
  readonly promisedDue: DueDate | null;
  readonly statutoryDue: DueDate | null;
  readonly decidedAt: Instant | null;
  readonly certifiedAt: Instant | null;
  readonly closedAt: Instant | null;
  /** Newest time at which a person acted on the case. */
  readonly lastOccurredAt: Instant;

  readonly materials: readonly MaterialFact[];
  readonly supplements: readonly SupplementRound[];
  readonly acceptanceNumber: string | null;
  readonly nonAcceptance: {
    readonly documentNumber: string;
    readonly reasonCode: NonAcceptanceReason;
    readonly legalBasis: string;
  } | null;
  readonly decision: Decision | null;
  readonly certificate: Certificate | null;
  readonly withdrawal: { readonly reasonCode: WithdrawalReason } | null;
  readonly delivered: Delivery | null;
  readonly ratings: readonly Rating[];
  readonly corrections: readonly Correction[];
  readonly reports: Readonly<Record<string, ReportState>>;
  readonly handlers: Readonly<Partial<Record<HandledStep, Handler>>>;
  readonly violations: readonly { readonly kind: ViolationKind; readonly seq: number; readonly at: Instant }[];
};

/** A state that an earlier release stored, with what has been added since. */
export const completeState = (stored: CaseState): CaseState => ({
  ...noProcedures,
  ...noReception,
  ...{ joint: null },
  ...stored,
});
