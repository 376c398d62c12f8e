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
