/** The enumerations of a joint case; the value of each key is what people read. */
export const jointStatuses = { open: '办理中', closed: '已办结' } as const;
export type JointStatus = keyof typeof jointStatuses;

/** 关键 decides the whole; 必办 has to be done; 选办 is done where the applicant chose it. */
export const branchKinds = { key: '关键事项', required: '必办事项', optional: '选办事项' } as const;
export type BranchKind = keyof typeof branchKinds;

/** `partly`: what is key was granted, and something that had to be done was not. */
export const jointClosings = {
  approved: '全部办结',
  partly: '部分办结',
  refused: '整体不予办理',
  withdrawn: '申请人撤回',
} as const;
export type JointClosing = keyof typeof jointClosings;

/** Where a branch stands in the graph. */
export const branchStages = {
  notChosen: '未选办',
  notOpened: '阶段未启动',
  waiting: '等待前置事项',
  ready: '待提交',
  running: '办理中',
  supplementing: '待补正',
  passed: '已办结',
  failed: '未通过',
  blocked: '前置事项未通过',
} as const;
export type BranchStage = keyof typeof branchStages;

export const findingConclusions = { agree: '符合', rectify: '需整改', disagree: '不符合' } as const;
export type FindingConclusion = keyof typeof findingConclusions;

export const inspectionConclusions = { passed: '通过', rectify: '整改后复验', failed: '不通过' } as const;
export type InspectionConclusion = keyof typeof inspectionConclusions;

export const restartReasons = {
  corrected: '已按意见修改',
  materialsReady: '材料已备齐',
  conditionsMet: '条件已具备',
  other: '其他',
} as const;
export type RestartReason = keyof typeof restartReasons;
