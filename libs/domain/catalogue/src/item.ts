import { z } from 'zod';
import { tiers } from '@tongban/kernel';
import {
  audiences,
  bodyNatures,
  handlingForms,
  handlingScopes,
  itemTypes,
  onlineDepths,
  powerSources,
  regimes,
} from './codes.js';
import { element as e, elementsOf, type Element } from './element.js';
import { applicantFormSchema } from './form.js';
import { isUscc } from './identifiers.js';
import {
  addressesSchema,
  feeProjectSchema,
  intermediaryServiceSchema,
  legalBasisSchema,
  limitSchema,
  materialSchema,
  placeSchema,
  questionSchema,
  resultSchema,
  serviceFlagsSchema,
  specialProcedureSchema,
  stepSchema,
  type FileReference,
} from './item-parts.js';
import { itemCodeText, name, phone, prose, shortProse, slug } from './text.js';
import { themes } from './themes.js';

const days = z.int().min(0).max(1000);
const mostParts = 100;
const mostVisits = 20;
const body = z.strictObject({ name, uscc: z.string().refine(isUscc, '统一社会信用代码校验不符') });

/**
 * A service item (政务服务事项): the elements of GB/T 39046-2020 table 4 and of the national front-end tables
 * UP_TASK_GENERAL_*. Validation, OpenAPI, the editor's form, the public guide and the comparison of versions all read
 * this one schema. `statutoryDays`, `promisedDays` and the steps are working days; what else is said of time has a unit.
 */
export const serviceItemSchema = z.strictObject({
  code: e(itemCodeText, '基本编码', { gbt39046: [2], columns: ['BASIC.catalog_code'] }),
  version: e(z.int().min(1), '版本', { columns: ['BASIC.task_version'] }),
  name: e(name, '事项名称', { gbt39046: [1], columns: ['BASIC.task_name'] }),
  type: e(z.enum(itemTypes), '事项类型', { gbt39046: [4, 5], columns: ['BASIC.task_type'] }),
  level: e(z.enum(tiers), '行使层级', { gbt39046: [7, 8], columns: ['BASIC.use_level'] }),
  departmentId: e(slug, '实施主体', { gbt39046: [11, 12], columns: ['BASIC.dept_code', 'BASIC.dept_name'] }),
  jointDepartmentIds: e(z.array(slug).min(1).optional(), '联办机构', {
    gbt39046: [23, 24],
    columns: ['EXTEND.other_dept'],
  }),
  description: e(prose, '事项说明'),
  audience: e(z.array(z.enum(audiences)).min(1), '服务对象', { gbt39046: [34, 35], columns: ['BASIC.server_type'] }),
  regime: e(z.enum(regimes), '办件类型', { columns: ['BASIC.project_type'] }),
  legalBasis: e(z.array(legalBasisSchema).min(1), '设定依据', { gbt39046: [6], columns: ['BASIC.by_law'] }),
  conditions: e(z.array(prose).min(1), '受理条件', { gbt39046: [21], columns: ['BASIC.accept_condition'] }),
  materials: e(z.array(materialSchema), '申请材料', {
    gbt39046: [56, 57, 58, 59, 60, 61, 62, 63, 64],
    columns: ['MATERIAL.material_name', 'MATERIAL.is_need', 'MATERIAL.source_type', 'MATERIAL.material_format'],
  }),
  steps: e(z.array(stepSchema).min(1), '办理流程', {
    gbt39046: [22],
    columns: ['BASIC.handle_flow'],
    localisable: true,
  }),
  statutoryDays: e(days, '法定办结时限（工作日）', { gbt39046: [15, 16], columns: ['BASIC.anticipate_day'] }),
  promisedDays: e(days, '承诺办结时限（工作日）', {
    gbt39046: [18, 19],
    columns: ['BASIC.promise_day'],
    localisable: true,
  }),
  fee: e(z.strictObject({ charged: z.boolean(), basis: prose.optional(), standard: prose.optional() }), '收费', {
    gbt39046: [31, 32],
    columns: ['BASIC.is_fee', 'BASIC.fee_basis'],
  }),
  presenceRequired: e(z.boolean(), '须申请人本人到场'),
  result: e(resultSchema, '审批结果', {
    gbt39046: [29, 30],
    columns: ['EXTEND.result_type', 'EXTEND.result_name', 'EXTEND.result_guid'],
  }),
  applicantForm: e(applicantFormSchema, '申请表单'),
  themes: e(z.array(z.enum(themes)).min(1), '服务主题', {
    gbt39046: [36, 37, 38],
    columns: ['EXTEND.user_topic_type', 'EXTEND.corp_topic_type'],
  }),
  consultPhone: e(phone.optional(), '咨询电话', { gbt39046: [53], columns: ['BASIC.link_way'], localisable: true }),
  complaintPhone: e(phone.optional(), '监督电话', {
    gbt39046: [54],
    columns: ['BASIC.supervise_way'],
    localisable: true,
  }),
  validFrom: e(z.iso.date(), '生效日期', { columns: ['BASIC.plan_effective_date'] }),
  validTo: e(z.iso.date().optional(), '失效日期', { columns: ['BASIC.plan_cancel_date'] }),

  implementationCode: e(z.string().max(31).optional(), '实施编码', { gbt39046: [3], columns: ['BASIC.task_code'] }),
  handlingCode: e(z.string().max(33).optional(), '业务办理项编码', { columns: ['BASIC.task_handle_item'] }),
  localCode: e(z.string().min(1).max(50).optional(), '地方事项编码', { columns: ['BASIC.local_task_code'] }),
  division: e(prose.optional(), '权限划分', { gbt39046: [9] }),
  exercise: e(prose.optional(), '行使内容', { gbt39046: [10] }),
  powerSource: e(z.enum(powerSources).optional(), '权力来源', { columns: ['BASIC.power_source'] }),
  bodyNature: e(z.enum(bodyNatures).optional(), '实施主体性质', {
    gbt39046: [13, 14],
    columns: ['BASIC.dept_type'],
  }),
  entrustedBy: e(name.optional(), '委托部门', { columns: ['BASIC.entrust_name'] }),
  undertaker: e(body.optional(), '承办机构', { gbt39046: [25, 26] }),
  statutoryLimit: e(limitSchema.optional(), '法定办结时限的表述', {
    gbt39046: [17],
    columns: ['BASIC.anticipate_type', 'BASIC.anticipate_explain'],
  }),
  promisedLimit: e(limitSchema.optional(), '承诺办结时限的表述', {
    gbt39046: [20],
    columns: ['BASIC.promise_type', 'BASIC.promise_explain'],
  }),
  specialProcedures: e(z.array(specialProcedureSchema).max(mostParts).optional(), '特别程序', {
    gbt39046: [41],
    columns: ['BASIC.special_procedure'],
  }),
  fees: e(z.array(feeProjectSchema).max(mostParts).optional(), '收费项目', {
    columns: ['FEE_PROJECT.fee_name', 'FEE_PROJECT.fee_stand', 'FEE_PROJECT.by_law', 'FEE_PROJECT.is_desc'],
  }),
  intermediaryServices: e(z.array(intermediaryServiceSchema).max(mostParts).optional(), '中介服务', {
    gbt39046: [27],
    columns: ['EXTEND.service_type'],
  }),
  numberLimit: e(name.optional(), '数量限制', { gbt39046: [28], columns: ['EXTEND.limit_explain'] }),
  handlingScope: e(z.enum(handlingScopes).optional(), '通办范围', {
    gbt39046: [33],
    columns: ['EXTEND.handle_area'],
  }),
  handlingForms: e(z.array(z.enum(handlingForms)).min(1).optional(), '办理形式', {
    gbt39046: [39, 40],
    columns: ['BASIC.handle_type'],
    localisable: true,
  }),
  onlineDepth: e(z.array(z.enum(onlineDepths)).min(1).optional(), '网上办理深度', {
    columns: ['EXTEND.online_handle_depth'],
  }),
  flags: e(serviceFlagsSchema.optional(), '网办、快递、支付与预约', {
    gbt39046: [44, 45, 46, 47],
    columns: ['EXTEND.is_online', 'EXTEND.is_express', 'EXTEND.is_pay_online', 'EXTEND.is_schedule'],
    localisable: true,
  }),
  addresses: e(addressesSchema.optional(), '网办地址', {
    gbt39046: [48],
    columns: ['BASIC.link_addr', 'BASIC.mobile_terminal_url', 'EXTEND.online_handle_url'],
  }),
  systemLevel: e(z.enum(['nation', 'province', 'city']).optional(), '运行系统层级', { gbt39046: [49] }),
  places: e(z.array(placeSchema).min(1).max(mostParts).optional(), '办理地点和时间', {
    gbt39046: [50, 51],
    columns: ['BASIC.transact_addr', 'BASIC.transact_time'],
    localisable: true,
  }),
  visits: e(z.int().min(0).max(mostVisits).optional(), '到办事现场次数', { columns: ['BASIC.limit_scene_num'] }),
  visitReason: e(prose.optional(), '必须现场办理的原因', { columns: ['EXTEND.limit_scene_explain'] }),
  consultation: e(shortProse.optional(), '咨询方式', {
    gbt39046: [52],
    columns: ['BASIC.link_way'],
    localisable: true,
  }),
  supervision: e(shortProse.optional(), '监督投诉方式', { columns: ['BASIC.supervise_way'], localisable: true }),
  questions: e(z.array(questionSchema).max(mostParts).optional(), '常见问题', {
    gbt39046: [55],
    columns: ['QUESTIONS.question', 'QUESTIONS.answer'],
    localisable: true,
  }),
});
z.globalRegistry.add(serviceItemSchema, { id: 'ServiceItem', title: '政务服务事项' });
export type ServiceItem = z.output<typeof serviceItemSchema>;

/** The public files of an item: blank forms, examples, the sample of the result. */
export const fileReferencesOf = ({ materials, result }: Pick<ServiceItem, 'materials' | 'result'>): FileReference[] =>
  [...materials.flatMap(({ blankForm, example }) => [blankForm, example]), result.sample].filter(
    (file) => file !== undefined,
  );

/** Every element with its title and its place in the standards, in the order of the editor's form. */
export const itemElements: readonly Element[] = elementsOf(serviceItemSchema);

/** Rows 42–43 (行政管辖) follow from the node that answers. */
export const derivedElements: readonly number[] = [42, 43];

/** True on the days from `validFrom` to `validTo`, both included. `on` is a date in China, `YYYY-MM-DD`. */
export const isOffered = (item: Pick<ServiceItem, 'validFrom' | 'validTo'>, on: string): boolean =>
  item.validFrom <= on && (item.validTo === undefined || on <= item.validTo);
