import type {
  ApplicantType,
  ApplyChannel,
  Delivery,
  IdentityType,
  RatingChannel,
  Regime,
  ResultType,
  Satisfaction,
  StepAction,
} from './neutral.js';
import {
  applicantTypeTables,
  applyChannelTable,
  deliveryTable,
  identityTypeTable,
  projectTypeTables,
  ratingChannelTable,
  resultTypeTables,
  satisfactionTables,
  stepActionTable,
  type CodeTable,
} from './tables.js';

export const profileNames = ['national-json'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Which numbering each column takes. */
export interface ProfileTables {
  readonly applicantType: CodeTable<ApplicantType>;
  readonly identityType: CodeTable<IdentityType>;
  readonly applyType: CodeTable<ApplyChannel>;
  readonly projectType: CodeTable<Regime>;
  readonly stepAction: CodeTable<StepAction>;
  readonly resultType: CodeTable<ResultType>;
  readonly delivery: CodeTable<Delivery>;
  readonly resultSatisfaction: CodeTable<Satisfaction>;
  readonly ratingSatisfaction: CodeTable<Satisfaction>;
  readonly ratingChannel: CodeTable<RatingChannel>;
  readonly ratingRegime: CodeTable<Regime>;
}

export interface ExchangeProfile {
  readonly name: ProfileName;
  /** 数据来源: three digits, `1` and the province's two. */
  readonly dataSource: string;
  /** Bytes of UTF-8 a column of width 1 holds; three take any common character, a rare one needs four. */
  readonly bytesPerCharacter: number;
  readonly tables: ProfileTables;
}

export interface NationalJsonOptions {
  /** Two digits of GB/T 2260. */
  readonly province: string;
  /** Code agreed for the 统一社会信用代码 in applyer_page_type. */
  readonly creditCodeType?: string;
}

const usualCreditCodeType = '001';
const usualBytesPerCharacter = 3;

/** HTTPS with JSON bodies, the column names of the national front-end database. */
export const nationalJson = ({
  province,
  creditCodeType = usualCreditCodeType,
}: NationalJsonOptions): ExchangeProfile => ({
  name: 'national-json',
  dataSource: `1${province}`,
  bytesPerCharacter: usualBytesPerCharacter,
  tables: {
    applicantType: applicantTypeTables.c0109,
    identityType: identityTypeTable(creditCodeType),
    applyType: applyChannelTable,
    projectType: projectTypeTables.gbt39046,
    stepAction: stepActionTable,
    resultType: resultTypeTables.stepDone,
    delivery: deliveryTable,
    resultSatisfaction: satisfactionTables.gbt39046,
    ratingSatisfaction: satisfactionTables.ratingInterface,
    ratingChannel: ratingChannelTable,
    ratingRegime: projectTypeTables.ratingInterface,
  },
});
