import {
  audienceNames,
  handlingFormName,
  handlingForms,
  handlingScopeName,
  handlingScopes,
  itemElements,
  itemTypeName,
  itemTypes,
  limitUnitName,
  limitUnits,
  materialFormNames,
  materialKindNames,
  necessityNames,
  powerSourceNames,
  regimeNames,
  sourceNames,
  specialProcedureNames,
  stationingStatusNames,
  themeCodes,
  themes,
} from '@tongban/domain/catalogue';
import { powerNames, runningCaseRuleNames, tierNames } from '@tongban/domain/delegation';
import type { Naming } from './columns.js';

type Names = Readonly<Record<string, string>>;
const resultKindNames: Names = { certificate: '证照', approval: '批文', other: '其他', none: '无' };
const delegationFormNames: Names = { authorised: '授权', entrusted: '委托', devolved: '下放', agency: '代办' };
const unitNames: Names = Object.fromEntries(limitUnits.map((unit) => [unit, limitUnitName(unit)]));

/** By path within the record. */
const choiceNames: Readonly<Record<string, Names>> = {
  type: Object.fromEntries(itemTypes.map((type) => [type, itemTypeName(type)])),
  level: tierNames,
  tiers: tierNames,
  from: tierNames,
  audience: audienceNames,
  regime: regimeNames,
  themes: Object.fromEntries(themes.map((theme) => [theme, themeCodes(theme).zh])),
  'materials.necessity': necessityNames,
  'materials.source': sourceNames,
  'materials.form': materialFormNames,
  'materials.kind': materialKindNames,
  'steps.power': powerNames,
  powers: powerNames,
  form: delegationFormNames,
  'result.kind': resultKindNames,
  powerSource: powerSourceNames,
  handlingScope: Object.fromEntries(handlingScopes.map((scope) => [scope, handlingScopeName(scope)])),
  'statutoryLimit.unit': unitNames,
  'promisedLimit.unit': unitNames,
  'specialProcedures.limit.unit': unitNames,
  'specialProcedures.kind': specialProcedureNames,
  handlingForms: Object.fromEntries(handlingForms.map((form) => [form, handlingFormName(form)])),
  source: { nation: '国家', province: '省' },
  'quota.per': { day: '每日', month: '每月', year: '每年' },
  'seal.owner': { own: '受权方自己的印章', giver: '授权方的印章' },
  'revocation.runningCases': runningCaseRuleNames,
  'items.status': stationingStatusNames,
  'items.authorised': powerNames,
};

const elementTitles = new Map(itemElements.map(({ field, title }) => [field, title]));

/** Members that no element of its own names, by their last step or the whole path. */
const memberTitles: Names = {
  'materials.code': '材料编码',
  'materials.name': '材料名称',
  'result.name': '结果名称',
  'result.kind': '结果类型',
  'steps.name': '环节名称',
  name: '名称',
  code: '编码',
  kind: '种类',
  necessity: '必要性',
  source: '来源',
  form: '形式',
  copies: '份数',
  note: '说明',
  originals: '原件份数',
  duplicates: '复印件份数',
  issuer: '出具机构',
  issuedWithin: '出具时间要求',
  sourceNote: '来源渠道说明',
  howToObtain: '材料办理说明',
  whereToObtain: '材料办理地点',
  usage: '使用说明',
  pageFormat: '纸质材料规格',
  fillingNote: '填报须知',
  acceptanceStandard: '受理标准',
  basis: '依据',
  standard: '标准',
  charged: '是否收费',
  power: '权限',
  days: '时限（工作日）',
  outcome: '办理结果',
  statute: '法律法规名称',
  article: '条款',
  year: '版本年份',
  validityYears: '有效期（年）',
  value: '数值',
  unit: '单位',
  limit: '时限',
  reducible: '可否减免',
  reductionNote: '减免说明',
  question: '问题',
  answer: '答复',
  address: '地址',
  hours: '办理时间',
  window: '窗口',
  phone: '电话',
  provider: '服务机构',
  uscc: '统一社会信用代码',
  online: '网上办理',
  mobile: '移动端',
  express: '快递送达',
  onlinePayment: '网上支付',
  appointment: '预约办理',
  selfService: '自助终端',
  inHall: '进驻大厅',
  singleLogin: '单点登录',
  appSingleLogin: '移动端单点登录',
  blankForm: '空白表格',
  example: '示例样表',
  sample: '样本',
  digest: '文件摘要',
  mediaType: '文件类型',
};

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
const memberTitle = (path: string): string => memberTitles[path] ?? memberTitles[lastOf(path)] ?? lastOf(path);

/** In a sheet of parts the first step of the path is the sheet itself and is left out. */
function itemTitle(path: string): string {
  const [field = '', ...members] = path.split('.');
  const title = elementTitles.get(field) ?? memberTitle(field);
  if (members.length === 0) return title;
  if (members.length === 1) return memberTitles[path] ?? `${title}·${memberTitle(path)}`;
  return `${title}·${members
    .map((_member, index) =>
      memberTitle(
        path
          .split('.')
          .slice(0, index + 2)
          .join('.'),
      ),
    )
    .join('·')}`;
}

/** What a base or a localisation says of an item is named as in the item. */
const withoutFields = (path: string): string => path.replace(/^fields\./, '');

export const choiceName = (path: string, value: string): string => {
  const names = choiceNames[withoutFields(path)];
  return names !== undefined && Object.hasOwn(names, value) ? names[value]! : value;
};

export const itemNaming: Naming = {
  title: itemTitle,
  choice: choiceName,
  isList: (path) => path === 'jointDepartmentIds',
};

const recordTitles: Names = {
  id: '标识',
  version: '版本',
  name: '名称',
  field: '部门代码',
  tiers: '设有机构的层级',
  names: '各层级名称（JSON）',
  uscc: '统一社会信用代码（JSON）',
  item: '事项编码',
  from: '授出层级',
  to: '接受方（层级或区划代码）',
  powers: '权限',
  form: '方式',
  validFrom: '生效日期',
  validTo: '截止日期',
  revokedOn: '撤销日期',
  document: '授权文书',
  'quota.cases': '限额（件）',
  'quota.per': '限额周期',
  'seal.owner': '用印',
  'seal.name': '印章名称',
  'revocation.runningCases': '撤销后在办件的处理',
  'revocation.handTo': '撤销后移交的区划',
  'revocation.reason': '撤销原因',
  code: '基本编码',
  source: '来源',
  basedOn: '依据的事项版本',
};

export const recordNaming: Naming = {
  title: (path) =>
    path.startsWith('fields.') ? itemTitle(withoutFields(path)) : (recordTitles[path] ?? memberTitle(path)),
  choice: choiceName,
  isList: () => false,
};

const stationingTitles: Names = {
  hall: '大厅所在区划',
  departmentId: '部门标识',
  items: '进驻事项',
  'items.item': '事项编码',
  'items.status': '进驻情况',
  'items.reason': '原因',
  'items.windows': '窗口',
  'items.authorised': '对窗口的授权',
};

export const stationingNaming: Naming = {
  title: (path) => stationingTitles[path] ?? recordNaming.title(path),
  choice: choiceName,
  isList: (path) => path === 'items.windows',
};

const agentTitles: Names = {
  node: '所在区划',
  name: '代办员姓名',
  place: '代办地点',
  hours: '代办时间',
  items: '代办事项（编码）',
  procedure: '代办流程',
};

export const agentNaming: Naming = {
  title: (path) => agentTitles[path] ?? recordNaming.title(path),
  choice: choiceName,
  isList: (path) => path === 'items',
};
