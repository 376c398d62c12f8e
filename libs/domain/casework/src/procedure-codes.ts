/** The enumerations of what may happen between acceptance and certificate; neutral names, values are what people read. */

/** Administrative Licensing Law, article 45, and what practice treats alike: the time they take is not counted. */
export const specialProcedures = {
  hearing: '听证',
  inspection: '检验、检测、检疫',
  appraisal: '鉴定',
  expertReview: '专家评审',
  publicNotice: '公示',
  siteSurvey: '现场勘验',
} as const;
export type SpecialProcedure = keyof typeof specialProcedures;

export const extensionOutcomes = { granted: '批准延长', rejected: '不予延长' } as const;
export type ExtensionOutcome = keyof typeof extensionOutcomes;

export const reviewConclusions = { agree: '同意', disagree: '不同意' } as const;
export type ReviewConclusion = keyof typeof reviewConclusions;

export const opinionConclusions = { agree: '同意', conditional: '附条件同意', disagree: '不同意' } as const;
export type OpinionConclusion = keyof typeof opinionConclusions;

export const coverReasons = {
  leave: '休假',
  training: '培训、会议',
  fieldWork: '外出踏勘',
  recusal: '回避',
  other: '其他',
} as const;
export type CoverReason = keyof typeof coverReasons;

export const feeStatuses = { unbilled: '未开缴款通知', noticed: '待缴费', paid: '已缴费', exempted: '已减免' } as const;
export type FeeStatus = keyof typeof feeStatuses;

export const feeMovementKinds = {
  noticed: '应收',
  paid: '实收',
  exempted: '减免',
  voided: '作废',
  refunded: '退费',
} as const;
export type FeeMovementKind = keyof typeof feeMovementKinds;

/** Where the money was taken; never at the window that issued the notice. */
export const paymentMethods = { counter: '收费窗口', provider: '网上缴费' } as const;
export type PaymentMethod = keyof typeof paymentMethods;

export const refundReasons = {
  overcharged: '多收、误收',
  notGranted: '未予准予或申请人撤回',
  exemptedLater: '事后符合减免条件',
  other: '其他',
} as const;
export type RefundReason = keyof typeof refundReasons;

export const clockColours = {
  green: '正常',
  blue: '临近期限',
  yellow: '超过承诺时限',
  red: '超过法定时限',
  paused: '暂停计时',
  provisional: '期限待定',
  idle: '未起算',
  ended: '已办结',
} as const;
export type ClockColour = keyof typeof clockColours;

/** What is being waited for. `review` is the first review of an item that is decided above. */
export const clockSteps = {
  accept: '受理',
  review: '初审上报',
  decide: '审查决定',
  certify: '制证',
  deliver: '送达',
} as const;
export type ClockStep = keyof typeof clockSteps;
