import type { ApplicantType, Channel, IdentityType, WithdrawalReason } from '@tongban/domain/casework';
import type { LocalDate } from '@tongban/domain/calendar';
import type { Instant, NodeCode, Role } from '@tongban/kernel';
import type { FindingConclusion, InspectionConclusion, JointClosing, JointStatus } from './codes.js';
import type { BranchPin, BranchView } from './command-schemas.js';
import type { MaterialFact } from './fields.js';
import type { JointTemplate } from './template.js';

/** Days in somebody's hands: the days after `from` up to and including `to`; null while it lasts. */
export type Span = { readonly from: LocalDate; readonly to: LocalDate | null };

/** One submission of a branch: an ordinary case. */
export type Attempt = {
  readonly record: string;
  readonly number: string;
  readonly view: BranchView;
  /** While the authorities, and not the applicant, had it. */
  readonly spans: readonly Span[];
};
export type BranchState = {
  /** Oldest first; the last one counts. */
  readonly attempts: readonly Attempt[];
  /** Restarts asked for: the branch is submitted once more than this. */
  readonly restarts: number;
};

export type Finding = {
  readonly department: string;
  readonly conclusion: FindingConclusion;
  readonly by: string;
  readonly at: Instant;
};
/** 联合踏勘: one visit for all the branches it was called for. */
export type Inspection = {
  readonly noticeNumber: string;
  readonly branches: readonly string[];
  readonly departments: readonly string[];
  readonly on: LocalDate;
  readonly calledBy: string;
  readonly findings: readonly Finding[];
  readonly conclusion: InspectionConclusion | null;
  readonly documentNumber: string | null;
};

/** Everything that the facts of a joint case say: plain JSON, null where there is nothing yet. */
export type JointState = {
  readonly number: string;
  readonly template: JointTemplate;
  readonly pins: Readonly<Record<string, BranchPin>>;
  readonly applicantType: ApplicantType;
  readonly identityType: IdentityType;
  readonly channel: Channel;
  readonly chosen: readonly string[];
  readonly stages: readonly string[];
  /** Names of the shared fields that have been given, and the shared materials. */
  readonly given: readonly string[];
  readonly materials: readonly MaterialFact[];
  readonly branches: Readonly<Record<string, BranchState>>;
  readonly inspections: readonly Inspection[];
  readonly status: JointStatus;
  readonly closing: JointClosing | null;
  readonly conclusion: { readonly documentNumber: string; readonly by: string } | null;
  readonly withdrawal: { readonly reasonCode: WithdrawalReason; readonly by: string; readonly role: Role } | null;
  /** Who opened it, and submits its branches. */
  readonly opener: { readonly subject: string; readonly role: Role; readonly division: NodeCode };
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly seq: number;
  readonly epoch: number;
  readonly owner: NodeCode;
  readonly lastOccurredAt: Instant;
};
