import type { DueDate } from '@tongban/domain/calendar';
import type { RatingChannel, RatingLevel } from '@tongban/domain/casework';
import type { Instant, NodeCode } from '@tongban/kernel';
import type {
  CallBackOutcome,
  Classification,
  Complexity,
  ExclusionConclusion,
  FeedbackChannel,
  FeedbackClosing,
  FeedbackKind,
  FeedbackStatus,
  Finding,
  SatisfactionAnswer,
} from './codes.js';

/** Steps whose actor must not be the one of another. */
export type WorkedStep = 'accepted' | 'classified' | 'investigated' | 'rectified' | 'explained' | 'answered';

/** Everything that the entries say without their sealed parts: plain JSON, null where there is nothing yet. */
export type FeedbackState = {
  readonly number: string;
  readonly queryCodeHash: string;
  readonly kind: FeedbackKind;
  readonly channel: FeedbackChannel;
  readonly anonymous: boolean;
  readonly item: { readonly code: string; readonly name: string } | null;
  readonly department: string | null;
  readonly case: string | null;
  readonly rating: {
    readonly level: RatingLevel;
    readonly channel: RatingChannel;
    readonly reasonCodes: readonly string[];
    readonly at: Instant;
  } | null;
  readonly complainedOf: readonly string[];

  readonly status: FeedbackStatus;
  readonly closing: FeedbackClosing | null;
  readonly complexity: Complexity | null;
  /** Limit of the step it is in: acceptance, then the answer. */
  readonly due: DueDate;
  readonly extendedDays: number;
  /** Steps whose limit was missed, as marked or as the late step itself showed. */
  readonly overdue: readonly ('acceptance' | 'handling')[];
  readonly assigned: { readonly department: string; readonly subject: string | null } | null;
  readonly callBack: CallBackOutcome | null;
  readonly classification: Classification | null;
  readonly exclusion: ExclusionConclusion | null;
  readonly disposal: 'rectified' | 'explained' | null;
  readonly finding: Finding | null;
  readonly answers: number;
  readonly satisfaction: SatisfactionAnswer | null;
  /** After the answer; for a bad rating this is the second one (二次评价). */
  readonly rated: { readonly level: RatingLevel; readonly at: Instant } | null;
  readonly published: { readonly question: string; readonly answer: string } | null;
  readonly workers: Readonly<Partial<Record<WorkedStep, string>>>;

  readonly filedAt: NodeCode;
  /** Nodes for which the sealed parts are sealed. */
  readonly handlers: readonly NodeCode[];
  readonly owner: NodeCode;
  readonly pendingOffer: { readonly to: NodeCode } | null;
  readonly seq: number;
  readonly epoch: number;
  readonly begunAt: Instant;
  readonly acceptedAt: Instant | null;
  readonly answeredAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly lastOccurredAt: Instant;
};
