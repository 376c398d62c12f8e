import type {
  ApplicantType,
  ApplyChannel,
  CaseStage,
  Delivery,
  FeeEvent,
  IdentityType,
  RatingChannel,
  Regime,
  ResultType,
  Satisfaction,
  SpecialType,
  StepAction,
  SupervisionLevel,
} from './neutral.js';
import type { CodeTable } from './tables.js';

/** Which numbering each coded column takes. */
export interface ProfileCodes {
  readonly applicantType: CodeTable<ApplicantType>;
  readonly identityType: CodeTable<IdentityType>;
  readonly channel: CodeTable<ApplyChannel>;
  readonly regime: CodeTable<Regime>;
  readonly stepAction: CodeTable<StepAction>;
  readonly specialType: CodeTable<SpecialType>;
  readonly specialNode: CodeTable<SpecialType>;
  readonly resultType: CodeTable<ResultType>;
  readonly delivery: CodeTable<Delivery>;
  readonly satisfaction: CodeTable<Satisfaction>;
  readonly ratingSatisfaction: CodeTable<Satisfaction>;
  readonly ratingChannel: CodeTable<RatingChannel>;
  readonly ratingRegime: CodeTable<Regime>;
  readonly feeEvent: CodeTable<FeeEvent>;
  readonly supervisionLevel: CodeTable<SupervisionLevel>;
  readonly caseStage: CodeTable<CaseStage>;
}
