import type { Tier } from '@tongban/kernel';

// Neutral enumerations of the catalogue with their Chinese names. Numberings that contradict each other between
// exchange profiles (regime, audience) are mapped at the gateway; here are only those that all profiles share.

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): [Key, ...Key[]] =>
  Object.keys(record) as [Key, ...Key[]];

/** 事项类型, GB/T 39046-2020 table A.1. */
const itemTypeTable = {
  power: { code: '00', zh: '行政权力事项' },
  licence: { code: '01', zh: '行政许可' },
  penalty: { code: '02', zh: '行政处罚' },
  compulsion: { code: '03', zh: '行政强制' },
  levy: { code: '04', zh: '行政征收' },
  benefit: { code: '05', zh: '行政给付' },
  inspection: { code: '06', zh: '行政检查' },
  confirmation: { code: '07', zh: '行政确认' },
  award: { code: '08', zh: '行政奖励' },
  adjudication: { code: '09', zh: '行政裁决' },
  other: { code: '10', zh: '其他行政权力' },
  publicService: { code: '20', zh: '公共服务' },
} as const satisfies Record<string, { code: string; zh: string }>;
export type ItemType = keyof typeof itemTypeTable;
export const itemTypes = keysOf(itemTypeTable);
export const itemTypeCode = (type: ItemType): string => itemTypeTable[type].code;
export const itemTypeName = (type: ItemType): string => itemTypeTable[type].zh;

/** 行使层级, GB/T 39046-2020 table A.2 (1 national and 7 graded do not occur below a province). */
export const tierCodes = {
  province: '2',
  city: '3',
  district: '4',
  township: '5',
  village: '6',
} as const satisfies Record<Tier, string>;

/** 六制办理: how a case of the item is handled. */
export const regimeNames = {
  onTheSpot: '即办件',
  promised: '承诺件',
  joint: '联办件',
  reportedUp: '上报件',
  controlled: '明确答复件',
  feeCounter: '扎口收费件',
} as const;
export type Regime = keyof typeof regimeNames;
export const regimes = keysOf(regimeNames);

/** 服务对象. */
export const audienceNames = {
  naturalPerson: '自然人',
  enterprise: '企业法人',
  publicInstitution: '事业法人',
  socialOrganisation: '社会组织法人',
  unincorporated: '非法人企业',
  organ: '行政机关',
  otherOrganisation: '其他组织',
} as const;
export type Audience = keyof typeof audienceNames;
export const audiences = keysOf(audienceNames);

/** 审批结果类型 with the numbers of the national front-end database. */
const resultKindTable = {
  certificate: { code: '10', zh: '证照' },
  approval: { code: '20', zh: '批文' },
  other: { code: '30', zh: '其他' },
  none: { code: '99', zh: '无' },
} as const satisfies Record<string, { code: string; zh: string }>;
export type ResultKind = keyof typeof resultKindTable;
export const resultKinds = keysOf(resultKindTable);
export const resultKindCode = (kind: ResultKind): string => resultKindTable[kind].code;

/** 材料必要性, 来源 and 形式. */
export const necessityNames = {
  required: '必要',
  optional: '非必要',
  deferred: '容缺后补',
  exempt: '信息免交',
} as const;
export type Necessity = keyof typeof necessityNames;
export const necessities = keysOf(necessityNames);

export const sourceNames = { applicant: '申请人自备', government: '政府部门核发', other: '其他' } as const;
export const materialSources = keysOf(sourceNames);

export const materialFormNames = {
  original: '原件',
  copy: '复印件',
  either: '原件或复印件',
  both: '原件和复印件',
  electronic: '电子件',
} as const;
export const materialForms = keysOf(materialFormNames);

/** 材料类型. */
export const materialKindNames = { form: '申请表格文书', certificate: '证照', other: '其他材料' } as const;
export const materialKinds = keysOf(materialKindNames);

/** 时限单位, with the numbers of the promised limit in the national front-end database. */
const limitUnitTable = {
  workingDay: { code: '1', zh: '工作日' },
  calendarDay: { code: '2', zh: '自然日' },
  hour: { code: '3', zh: '小时' },
  minute: { code: '4', zh: '分钟' },
  month: { code: '5', zh: '个月' },
} as const;
export type LimitUnit = keyof typeof limitUnitTable;
export const limitUnits = keysOf(limitUnitTable);
export const limitUnitCode = (unit: LimitUnit): string => limitUnitTable[unit].code;
export const limitUnitName = (unit: LimitUnit): string => limitUnitTable[unit].zh;

/** 特别程序种类, GB/T 39046-2020 table A.7. */
export const specialProcedureNames = { extension: '延长审批', other: '除延长审批之外的特别程序' } as const;
export const specialProcedureKinds = keysOf(specialProcedureNames);

/** 实施主体性质, GB/T 39046-2020 table A.3. */
const bodyNatureTable = {
  statutory: { code: '1', zh: '法定机关' },
  authorised: { code: '2', zh: '授权组织' },
  entrusted: { code: '3', zh: '受委托组织' },
  other: { code: '9', zh: '其他' },
} as const;
export type BodyNature = keyof typeof bodyNatureTable;
export const bodyNatures = keysOf(bodyNatureTable);
export const bodyNatureName = (nature: BodyNature): string => bodyNatureTable[nature].zh;
export const bodyNatureCode = (nature: BodyNature): string => bodyNatureTable[nature].code;

/** 权力来源; its numbers differ between provinces and are mapped at the gateway. */
export const powerSourceNames = {
  statutory: '法定本级行使',
  devolved: '上级下放',
  authorisedAbove: '上级授权',
  authorisedPeer: '同级授权',
  entrustedAbove: '上级委托',
  entrustedPeer: '同级委托',
} as const;
export const powerSources = keysOf(powerSourceNames);

/** 通办范围. */
const handlingScopeTable = {
  none: { code: '0', zh: '未实现通办' },
  nation: { code: '1', zh: '全国通办' },
  crossProvince: { code: '2', zh: '跨省通办' },
  crossCity: { code: '3', zh: '跨市通办' },
  crossDistrict: { code: '4', zh: '跨县通办' },
} as const;
export type HandlingScope = keyof typeof handlingScopeTable;
export const handlingScopes = keysOf(handlingScopeTable);
export const handlingScopeCode = (scope: HandlingScope): string => handlingScopeTable[scope].code;
export const handlingScopeName = (scope: HandlingScope): string => handlingScopeTable[scope].zh;

/** 办理形式, GB/T 39046-2020 table A.5. */
const handlingFormTable = {
  window: { code: '1', zh: '窗口办理' },
  web: { code: '2', zh: '电脑端网上办理' },
  mobile: { code: '3', zh: '移动端网上申请' },
  courier: { code: '4', zh: '快递申请' },
  other: { code: '9', zh: '其他' },
} as const;
export type HandlingForm = keyof typeof handlingFormTable;
export const handlingForms = keysOf(handlingFormTable);
export const handlingFormName = (form: HandlingForm): string => handlingFormTable[form].zh;
export const handlingFormCode = (form: HandlingForm): string => handlingFormTable[form].code;

/** 网上办理深度, stored in the national database as `3^4^5`. */
const onlineDepthTable = {
  consultation: { code: '1', zh: '互联网咨询' },
  intake: { code: '2', zh: '互联网收件' },
  preview: { code: '3', zh: '互联网预审' },
  acceptance: { code: '4', zh: '互联网受理' },
  handling: { code: '5', zh: '互联网办理' },
  resultNotice: { code: '6', zh: '互联网办理结果信息反馈' },
  electronicCertificate: { code: '7', zh: '互联网电子证照反馈' },
  other: { code: '8', zh: '其他' },
} as const;
export type OnlineDepth = keyof typeof onlineDepthTable;
export const onlineDepths = keysOf(onlineDepthTable);
export const onlineDepthName = (depth: OnlineDepth): string => onlineDepthTable[depth].zh;
export const onlineDepthCodes = (depths: readonly OnlineDepth[]): string =>
  depths
    .map((depth) => onlineDepthTable[depth].code)
    .sort()
    .join('^');
