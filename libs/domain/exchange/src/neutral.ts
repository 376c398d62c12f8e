/**
 * What a report says, in our own words. A profile's numbers appear only in `tables.ts`: national, provincial and rating
 * interfaces number the same meanings differently, some of them in opposite directions.
 */
export const recordKinds = [
  'application',
  'accept',
  'process',
  'special',
  'material',
  'fee',
  'result',
  'rating',
  'supervision',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Where a case stands when it is reported. */
export const caseStages = ['inHand', 'finished', 'notAccepted', 'withdrawn'] as const;
export type CaseStage = (typeof caseStages)[number];

/** 办件类型. */
export const regimes = ['onTheSpot', 'promised', 'joint', 'reportedUp', 'controlled', 'feeCounter'] as const;
export type Regime = (typeof regimes)[number];

/** 服务对象. */
export const applicantTypes = [
  'naturalPerson',
  'enterprise',
  'institution',
  'socialOrganisation',
  'unincorporated',
  'governmentAgency',
  'other',
] as const;
export type ApplicantType = (typeof applicantTypes)[number];

/** 证件类型 of GA/T 2000.156; `usccOrganisation` is the 统一社会信用代码 an organisation shows instead. */
export const identityTypes = [
  'residentIdentityCard',
  'temporaryIdentityCard',
  'householdRegister',
  'militaryOfficerCard',
  'drivingLicence',
  'passport',
  'taiwanResidentPermit',
  'hongKongMacaoExitPermit',
  'hongKongMacaoResidentPermit',
  'foreignPermanentResidentCard',
  'usccOrganisation',
  'other',
] as const;
export type IdentityType = (typeof identityTypes)[number];

/** 申报来源, after 行政许可法 art. 29; `agent` is a resident served by a village agent, `province` came from its portal. */
export const applyChannels = [
  'window',
  'agent',
  'online',
  'kiosk',
  'phone',
  'province',
  'letter',
  'telegram',
  'telex',
  'fax',
  'email',
  'dataInterchange',
  'other',
] as const;
export type ApplyChannel = (typeof applyChannels)[number];

/** 业务动作 of one step. */
export const stepActions = [
  'accepted',
  'notAccepted',
  'notOurs',
  'supplement',
  'agreed',
  'disagreed',
  'suspended',
  'returned',
] as const;
export type StepAction = (typeof stepActions)[number];

/** 办结结果. `supplementExpired` and `finished` exist in one of the two provincial lists only. */
export const resultTypes = [
  'granted',
  'refused',
  'voided',
  'deleted',
  'forwarded',
  'returned',
  'notAccepted',
  'supplementExpired',
  'finished',
] as const;
export type ResultType = (typeof resultTypes)[number];

export const deliveries = ['notDelivered', 'village', 'window', 'post'] as const;
export type Delivery = (typeof deliveries)[number];

export const satisfactions = [
  'verySatisfied',
  'satisfied',
  'basicallySatisfied',
  'dissatisfied',
  'veryDissatisfied',
] as const;
export type Satisfaction = (typeof satisfactions)[number];

export const ratingChannels = [
  'web',
  'mobile',
  'qrCode',
  'hallTablet',
  'hallTerminal',
  'sms',
  'systemDefault',
  'hotline',
  'kiosk',
  'paper',
] as const;
export type RatingChannel = (typeof ratingChannels)[number];

/** 特别程序: what stops the clock of a case (行政许可法 art. 45), and the extension of its limit (art. 42). */
export const specialTypes = [
  'extension',
  'hearing',
  'inspection',
  'appraisal',
  'expertReview',
  'publicNotice',
  'siteSurvey',
] as const;
export type SpecialType = (typeof specialTypes)[number];

/** What became of money that a case owed. */
export const feeEvents = ['paid', 'exempted', 'refunded'] as const;
export type FeeEvent = (typeof feeEvents)[number];

/** 监察预警类型: past a warning, past a promise, past the law. */
export const supervisionLevels = ['blue', 'yellow', 'red'] as const;
export type SupervisionLevel = (typeof supervisionLevels)[number];
