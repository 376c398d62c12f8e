/** The enumerations of how a case comes in, moves by itself and is looked after; values are what people read. */

/** 特殊服务: what a case is given beyond the usual, always by somebody and for a reason. */
export const serviceMarks = {
  greenChannel: '绿色通道',
  majorProject: '重大项目',
  overtime: '延时服务',
  doorToDoor: '上门服务',
} as const;
export type ServiceMark = keyof typeof serviceMarks;

export const preReviewOutcomes = { pass: '预审通过', notPass: '预审不通过' } as const;
export type PreReviewOutcome = keyof typeof preReviewOutcomes;

/** What may be wrong with a material that somebody looks at on a screen. */
export const materialFaults = {
  missing: '未提供',
  unclear: '不清晰、不完整',
  expired: '已过有效期',
  wrongForm: '不符合规定形式',
  inconsistent: '与其他材料不一致',
} as const;
export type MaterialFault = keyof typeof materialFaults;

/** 国办函〔2016〕108号: how far an electronic material can be relied on. A and B are not asked for again. */
export const trustLevels = {
  A: '本机关或有关部门签发',
  B: '此前在窗口与原件核对无误',
  C: '申请人上传，须核对原件',
  D: '申请人自行制作并承诺真实',
} as const;
export type TrustLevel = keyof typeof trustLevels;

/** What the first release knew. */
export const firstRerouteCauses = { delegationEnded: '授权终止', quotaUsed: '授权额度用完' } as const;
export const rerouteCauses = { ...firstRerouteCauses, divisionEnded: '区划撤并' } as const;
export type RerouteCause = keyof typeof rerouteCauses;

export const rerouteRules = {
  finishHere: '由原承办单位办结',
  handBack: '退回授权单位办理',
  handOver: '移交指定单位办理',
} as const;
export type RerouteRule = keyof typeof rerouteRules;

/** 回访: what the resident said when the agent called back. */
export const callBackOutcomes = { satisfied: '满意', dissatisfied: '不满意', unreached: '未联系上' } as const;
export type CallBackOutcome = keyof typeof callBackOutcomes;
