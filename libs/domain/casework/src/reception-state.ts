import type { DueDate, LocalDate } from '@tongban/domain/calendar';
import type { Instant, NodeCode, Role } from '@tongban/kernel';
import type { RoutePower } from './codes.js';
import type { MaterialFact } from './fields.js';
import type {
  CallBackOutcome,
  MaterialFault,
  PreReviewOutcome,
  RerouteCause,
  RerouteRule,
  ServiceMark,
  TrustLevel,
} from './reception-codes.js';

type Handled = { readonly by: string; readonly role: Role; readonly division: NodeCode; readonly at: Instant };

export type FoundFault = { readonly material: string; readonly fault: MaterialFault };
export type PreReview = {
  readonly askedAt: Instant;
  readonly outcome: PreReviewOutcome | null;
  /** All of them, told at once; empty when it passed. */
  readonly faults: readonly FoundFault[];
  readonly answered: Handled | null;
  /** Materials that passed, held to the file that was looked at. */
  readonly pinned: readonly { readonly material: string; readonly digest: string }[];
  readonly appliedAt: Instant | null;
};
export type Mark = Handled & { readonly mark: ServiceMark };
/** What was known of the applicant when the case came in, so that nobody asks for it again. */
export type KnownMaterial = { readonly material: string; readonly trust: TrustLevel };
export type Reroute = {
  readonly cause: RerouteCause;
  /** `publisher/id` of the delegation. */
  readonly delegation: string;
  /** First day without the power, or the day on which the quota was used up. */
  readonly endedOn: LocalDate;
  readonly rule: RerouteRule;
  readonly powers: readonly RoutePower[];
  readonly node: NodeCode;
  readonly to: NodeCode | null;
  readonly at: Instant;
};
export type Repin = { readonly from: number; readonly to: number; readonly by: string; readonly at: Instant };
export type ChangedDues = { readonly promisedDue?: DueDate; readonly statutoryDue?: DueDate };

/** How a case came in, what it was given, how it moved by itself, and how its agent looked after it. */
export type ReceptionState = {
  /** Begun at a kiosk, and nobody at the window has received it. */
  readonly awaitsWindow: boolean;
  readonly received: Handled | null;
  /** An application by telephone, confirmed by the applicant or the agent. */
  readonly confirmed: Handled | null;
  readonly preReview: PreReview | null;
  readonly marks: readonly Mark[];
  readonly known: readonly KnownMaterial[];
  readonly reroutes: readonly Reroute[];
  readonly repins: readonly Repin[];
  readonly calledBack: (Handled & { readonly outcome: CallBackOutcome }) | null;
  readonly filed: Handled | null;
};

export const noReception: ReceptionState = {
  awaitsWindow: false,
  received: null,
  confirmed: null,
  preReview: null,
  marks: [],
  known: [],
  reroutes: [],
  repins: [],
  calledBack: null,
  filed: null,
};

/** Materials given that the pre-review found nothing wrong with. */
export const passedMaterials = (
  materials: readonly MaterialFact[],
  faults: readonly FoundFault[],
): PreReview['pinned'] =>
  materials
    .filter(({ material }) => !faults.some((fault) => fault.material === material))
    .map(({ material, digest }) => ({ material, digest }));
