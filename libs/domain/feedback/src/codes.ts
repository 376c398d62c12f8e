/** Enumerations of feedback: neutral names, the value of each key is what people read. */
export const feedbackKinds = {
  ratingFollowUp: '差评整改',
  complaint: '投诉',
  consultation: '咨询',
  suggestion: '建议',
} as const;
export type FeedbackKind = keyof typeof feedbackKinds;

/**
 * `handling` waits for the step that finds out what there is to it: the call-back of a rating, the investigation of a
 * complaint, the answer to a question.
 */
export const feedbackStatuses = {
  filed: '待受理',
  handling: '办理中',
  verified: '已回访核实',
  excluding: '待复核剔除',
  classified: '已研判',
  resolved: '已处置',
  answered: '已答复',
  reviewed: '已复核',
  closed: '已办结',
} as const;
export type FeedbackStatus = keyof typeof feedbackStatuses;

export const feedbackClosings = {
  done: '办结',
  notAccepted: '不予受理',
  excluded: '评价剔除',
  withdrawn: '本人撤回',
} as const;
export type FeedbackClosing = keyof typeof feedbackClosings;

export const feedbackChannels = {
  web: '网上',
  mobile: '移动端',
  window: '窗口',
  hotline: '热线电话',
  paper: '信函或意见箱',
  rating: '好差评',
} as const;
export type FeedbackChannel = keyof typeof feedbackChannels;

/** How much work it is: decides the limit. */
export const complexities = { general: '一般', complex: '复杂' } as const;
export type Complexity = keyof typeof complexities;

export const notAcceptedReasons = {
  notWithinPowers: '不属于受理范围',
  duplicate: '重复提出，正在办理或已答复',
  inProceedings: '已进入复议、诉讼或信访程序',
  unclear: '内容不明且无法联系',
  other: '其他',
} as const;
export type NotAcceptedReason = keyof typeof notAcceptedReasons;

export const callBackOutcomes = { verified: '已核实', unreachable: '多次未能联系' } as const;
export type CallBackOutcome = keyof typeof callBackOutcomes;

/** 国办发〔2019〕51号: clear and reasonable is put right, without basis is explained, mistaken or malicious is excluded. */
export const classifications = {
  reasonable: '诉求合理',
  noBasis: '诉求缺乏法规政策依据',
  malicious: '恶意评价',
  mistaken: '误评价',
} as const;
export type Classification = keyof typeof classifications;

export const findings = { substantiated: '属实', partly: '部分属实', unsubstantiated: '不属实' } as const;
export type Finding = keyof typeof findings;

export const reviewConclusions = { pass: '通过', return: '退回重办' } as const;
export type ReviewConclusion = keyof typeof reviewConclusions;

export const exclusionConclusions = { agree: '同意剔除', reject: '不予剔除' } as const;
export type ExclusionConclusion = keyof typeof exclusionConclusions;

/** Whether the one who asked was asked in turn before closing. */
export const satisfactionAnswers = {
  given: '已评价',
  declined: '不愿评价',
  unreachable: '未能联系',
  anonymous: '匿名',
} as const;
export type SatisfactionAnswer = keyof typeof satisfactionAnswers;

export const forwardReasons = {
  competent: '转有权机关办理',
  involved: '回避，转上级机关办理',
  returned: '退回',
  other: '其他',
} as const;
export type ForwardReason = keyof typeof forwardReasons;
