/**
 * The enumerations of a case: neutral names, never the numbers of an exchange profile (those conflict with each other
 * and are mapped at the gateway). The value of each key is what people read.
 */
export const caseStatuses = {
  preReview: '预审中',
  submitted: '待受理',
  supplementing: '待补正',
  accepted: '办理中',
  approved: '待制证',
  closed: '已办结',
} as const;
export type CaseStatus = keyof typeof caseStatuses;

/** `approved`: granted, and the item has no certificate or paper to make. */
export const closings = {
  certified: '准予并出证',
  approved: '准予',
  refused: '不予许可',
  notAccepted: '不予受理',
  withdrawn: '申请人撤回',
} as const;
export type Closing = keyof typeof closings;

export const regimes = {
  onTheSpot: '即办件',
  promised: '承诺件',
  joint: '联办件',
  reportedUp: '上报件',
  controlled: '明确答复件',
  feeCounter: '扎口收费件',
} as const;
export type Regime = keyof typeof regimes;

export const resultKinds = { certificate: '证照', approval: '批文', other: '其他', none: '无' } as const;
export type ResultKind = keyof typeof resultKinds;

export const timeUnits = { workingDay: '工作日', naturalDay: '自然日' } as const;
export type TimeUnit = keyof typeof timeUnits;

export const channels = {
  window: '窗口',
  agent: '代办',
  online: '网上',
  kiosk: '自助终端',
  phone: '电话',
  province: '省级平台',
} as const;
export type Channel = keyof typeof channels;

export const applicantTypes = {
  naturalPerson: '自然人',
  enterprise: '企业法人',
  institution: '事业法人',
  socialOrganisation: '社会组织法人',
  unincorporated: '非法人企业',
  governmentAgency: '行政机关',
  other: '其他组织',
} as const;
export type ApplicantType = keyof typeof applicantTypes;

export const identityTypes = {
  residentIdentityCard: '居民身份证',
  temporaryIdentityCard: '临时居民身份证',
  householdRegister: '户口簿',
  militaryOfficerCard: '军官证',
  drivingLicence: '机动车驾驶证',
  passport: '普通护照',
  taiwanResidentPermit: '台湾居民来往大陆通行证',
  hongKongMacaoExitPermit: '往来港澳通行证',
  hongKongMacaoResidentPermit: '港澳居民来往内地通行证',
  foreignPermanentResidentCard: '外国人永久居留身份证',
  usccOrganisation: '统一社会信用代码',
  other: '其他证件',
} as const;
export type IdentityType = keyof typeof identityTypes;

/** The powers of a route that decide where a step is taken. */
export const routePowers = { accept: '受理', decide: '决定', certify: '制证', deliver: '送达' } as const;
export type RoutePower = keyof typeof routePowers;

export const outcomes = { approve: '准予', refuse: '不予许可' } as const;
export type Outcome = keyof typeof outcomes;

/** Administrative Licensing Law, article 32 (1), (2); `notSupplemented` ends a case whose papers never came. */
export const nonAcceptanceReasons = {
  noPermitNeeded: '依法不需要办理',
  notWithinPowers: '不属于本机关职权范围',
  notEligible: '不符合申请主体条件',
  notSupplemented: '逾期未补正材料',
  other: '其他',
} as const;
export type NonAcceptanceReason = keyof typeof nonAcceptanceReasons;

export const refusalReasons = {
  conditionsNotMet: '不符合法定条件',
  materialsUntrue: '申请材料不实',
  quotaExhausted: '数量限制已满',
  rightsOfOthers: '影响他人重大利益',
  other: '其他',
} as const;
export type RefusalReason = keyof typeof refusalReasons;

export const withdrawalReasons = {
  givenUp: '不再办理',
  duplicate: '重复申请',
  materialsNotReady: '材料尚未备齐',
  circumstancesChanged: '情况发生变化',
  other: '其他',
} as const;
export type WithdrawalReason = keyof typeof withdrawalReasons;

export const correctionReasons = {
  recordedWrongly: '录入有误',
  provinceRejected: '省级质检退回',
  other: '其他',
} as const;
export type CorrectionReason = keyof typeof correctionReasons;

export const handOverReasons = {
  toAccept: '转有权机关受理',
  toDecide: '转有权机关决定',
  toCertify: '转有权机关制证',
  returned: '退回上一环节',
  jurisdiction: '管辖调整',
  delegationEnded: '授权终止，移交办理',
  quotaUsed: '授权额度用完，移交办理',
  other: '其他',
} as const;
export type HandOverReason = keyof typeof handOverReasons;

export const deliveryMethods = { village: '村（社区）送达', window: '窗口领取', post: '邮寄送达' } as const;
export type DeliveryMethod = keyof typeof deliveryMethods;

/** The last two are bad ratings (差评). Exchange profiles number the levels in opposite directions. */
export const ratingLevels = {
  verySatisfied: '非常满意',
  satisfied: '满意',
  basicallySatisfied: '基本满意',
  dissatisfied: '不满意',
  veryDissatisfied: '非常不满意',
} as const;
export type RatingLevel = keyof typeof ratingLevels;

export const ratingChannels = {
  web: '电脑端',
  mobile: '移动端',
  qrCode: '二维码',
  hallTablet: '大厅平板',
  hallTerminal: '大厅其他终端',
  sms: '短信',
  systemDefault: '系统默认评价',
  kiosk: '自助终端',
  hotline: '热线电话',
  paper: '书面评价',
} as const;
export type RatingChannel = keyof typeof ratingChannels;

export const reportOutcomes = { acknowledged: '已接收', rejected: '已退回' } as const;
export type ReportOutcome = keyof typeof reportOutcomes;

export const violationKinds = {
  secondNotice: '未一次告知全部补正内容',
  deemedAccepted: '逾期未告知，自收到材料之日起视为受理',
  promisedOverdue: '超过承诺办结时限',
  statutoryOverdue: '超过法定办结时限',
  reviewOverdue: '初审逾期未上报',
  certificateOverdue: '逾期未颁发证照',
  pauseOverrun: '特别程序超过告知的期限',
} as const;
export type ViolationKind = keyof typeof violationKinds;
