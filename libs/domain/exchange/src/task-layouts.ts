import type { ItemType } from '@tongban/domain/catalogue';
import { code, date, exact, integer, must, text, type Column, type Layout } from './columns.js';

/** 事项 are told in tables by kind of power; a levy, penalty or inspection has fewer than the others. */
export const taskTableKinds = ['directory', 'basic', 'extend', 'material', 'fee', 'question'] as const;
export type TaskTableKind = (typeof taskTableKinds)[number];

const common = [
  must(exact('row_guid', '记录唯一标识', 50, 32, 'rowGuid')),
  must(exact('data_source', '数据来源', 3, 3, 'dataSource')),
] as const;
const ofTask = [...common, must(exact('task_guid', '所属事项记录标识', 36, 32, 'taskGuid'))] as const;

const directory: readonly Column[] = [
  ...common,
  must(exact('catalog_code', '基本编码', 12, 12, 'basicCode')),
  must(text('task_name', '事项名称', 1000, 'name')),
  must(text('task_type', '事项类型', 2, 'type')),
  must(text('by_law', '设定依据', 4000, 'byLaw')),
  must(text('use_level', '行使层级', 11, 'level')),
  must(text('task_state', '事项状态', 2, 'state')),
  must(integer('task_version', '事项版本', 'version')),
  must(date('plan_effective_date', '计划生效日期', 'validFrom')),
  date('plan_cancel_date', '计划取消日期', 'validTo'),
  text('local_catalog_code', '地方基本编码', 50, 'localCode'),
];

const basic: readonly Column[] = [
  ...common,
  must(exact('catalog_code', '基本编码', 12, 12, 'basicCode')),
  must(exact('task_code', '实施编码', 36, 31, 'taskCode')),
  exact('task_handle_item', '业务办理项编码', 50, 33, 'handlingCode'),
  text('local_task_code', '地方实施编码', 50, 'localCode'),
  must(text('task_name', '事项名称', 1000, 'name')),
  must(text('task_type', '事项类型', 2, 'type')),
  must(text('task_state', '事项状态', 2, 'state')),
  must(integer('task_version', '事项版本', 'version')),
  must(text('use_level', '行使层级', 11, 'level')),
  must(text('by_law', '设定依据', 4000, 'byLaw')),
  must(text('accept_condition', '受理条件', 4000, 'conditions')),
  must(integer('anticipate_day', '法定办结时限', 'statutoryDays')),
  must(text('anticipate_type', '法定办结时限单位', 2, 'statutoryUnit')),
  text('anticipate_explain', '法定办结时限说明', 1000, 'statutoryNote'),
  must(integer('promise_day', '承诺办结时限', 'promisedDays')),
  must(text('promise_type', '承诺办结时限单位', 2, 'promisedUnit')),
  text('promise_explain', '承诺办结时限说明', 1000, 'promisedNote'),
  must(exact('dept_code', '实施主体编码', 50, 18, 'departmentCode')),
  must(text('dept_name', '实施主体', 200, 'departmentName')),
  must(text('dept_type', '实施主体性质', 2, 'bodyNature')),
  text('entrust_name', '委托部门', 100, 'entrustedBy'),
  must(text('power_source', '权力来源', 2, 'powerSource')),
  must(code('project_type', '办件类型', 2, 'regime', 'regime')),
  text('handle_type', '办理形式', 5, 'handlingForms'),
  must(text('handle_flow', '办理流程', 4000, 'flow')),
  must(text('server_type', '服务对象', 32, 'audience')),
  must(text('special_procedure', '特别程序', 500, 'specialProcedures')),
  must(integer('limit_scene_num', '到办事现场次数', 'visits')),
  must(text('is_fee', '是否收费', 2, 'isCharged')),
  text('fee_basis', '收费依据', 1000, 'feeBasis'),
  text('link_addr', '网办地址', 500, 'onlineAddress'),
  must(text('is_single_login', '是否支持单点登录', 2, 'singleLogin')),
  must(text('app_is_single_login', '移动端是否支持单点登录', 2, 'appSingleLogin')),
  must(text('link_way', '咨询方式', 1000, 'consultation')),
  must(text('supervise_way', '监督投诉方式', 1000, 'supervision')),
  must(text('transact_addr', '办理地点', 500, 'places')),
  must(text('transact_time', '办理时间', 500, 'hours')),
  must(date('plan_effective_date', '计划生效日期', 'validFrom')),
  date('plan_cancel_date', '计划取消日期', 'validTo'),
];

const extend: readonly Column[] = [
  ...ofTask,
  text('handle_area', '通办范围', 2, 'handlingScope'),
  must(text('is_entry_center', '是否进驻政务大厅', 2, 'inHall')),
  must(text('is_express', '是否支持物流快递', 2, 'express')),
  must(text('is_online', '是否网办', 2, 'online')),
  must(text('is_pay_online', '是否支持网上支付', 2, 'onlinePayment')),
  text('is_schedule', '是否支持预约办理', 2, 'appointment'),
  text('is_service_terminals', '是否支持自助终端办理', 2, 'selfService'),
  text('limit_explain', '数量限制', 1000, 'numberLimit'),
  text('limit_scene_explain', '必须现场办理原因说明', 1000, 'visitReason'),
  text('online_handle_depth', '网上办理深度', 20, 'onlineDepth'),
  must(text('result_type', '审批结果类型', 40, 'resultKind')),
  text('result_name', '审批结果名称', 200, 'resultName'),
  text('service_type', '中介服务', 500, 'intermediaries'),
];

const material: readonly Column[] = [
  ...ofTask,
  must(integer('order_num', '序号', 'order')),
  must(text('material_name', '材料名称', 200, 'materialName')),
  must(text('material_type', '材料类型', 2, 'materialType')),
  must(text('is_need', '材料必要性', 2, 'necessity')),
  must(text('source_type', '来源渠道', 2, 'source')),
  text('source_explain', '来源渠道说明', 500, 'sourceNote'),
  integer('page_num', '份数', 'copies'),
  text('page_format', '纸质材料规格', 200, 'pageFormat'),
  text('fill_explain', '填报须知', 500, 'fillingNote'),
  text('accept_stand', '受理标准', 2000, 'acceptanceStandard'),
  text('by_law', '要求提供材料的依据', 2000, 'basis'),
];

const fee: readonly Column[] = [
  ...ofTask,
  must(integer('order_num', '序号', 'order')),
  must(text('fee_name', '收费项目名称', 200, 'feeName')),
  must(text('fee_stand', '收费标准', 2000, 'standard')),
  must(text('by_law', '收费依据', 2000, 'basis')),
  text('is_desc', '是否允许减免', 2, 'reducible'),
  text('desc_explain', '减免说明', 1000, 'reductionNote'),
];

const question: readonly Column[] = [
  ...ofTask,
  must(integer('order_num', '序号', 'order')),
  must(text('question', '常见问题', 1000, 'question')),
  must(text('answer', '解答', 4000, 'answer')),
];

type Group = 'GENERAL' | 'PUBLIC' | 'HANDLE' | 'PUNISH' | 'CHECK';
/** Which tables tell an item of each kind. */
const groupOf: Readonly<Record<ItemType, Group>> = {
  power: 'GENERAL',
  licence: 'GENERAL',
  penalty: 'PUNISH',
  compulsion: 'PUNISH',
  levy: 'HANDLE',
  benefit: 'GENERAL',
  inspection: 'CHECK',
  confirmation: 'GENERAL',
  award: 'GENERAL',
  adjudication: 'GENERAL',
  other: 'GENERAL',
  publicService: 'PUBLIC',
};

const layoutsOf = (group: Group): Partial<Record<TaskTableKind, Layout>> => {
  const named = (suffix: string, columns: readonly Column[]): Layout => ({
    table: `UP_TASK_${group}_${suffix}`,
    columns,
  });
  const whole = group === 'GENERAL' || group === 'PUBLIC';
  return {
    directory: { table: 'UP_TASK_DIRECTORY', columns: directory },
    basic: named('BASIC', basic),
    ...(whole ? { extend: named('EXTEND', extend), fee: named('FEE_PROJECT', fee) } : {}),
    ...(whole || group === 'HANDLE' ? { material: named('MATERIAL', material) } : {}),
    question: named('QUESTIONS', question),
  };
};

/** The tables for an item of a type, as the national front-end database has them. */
export const taskLayouts = (type: ItemType): Partial<Record<TaskTableKind, Layout>> => layoutsOf(groupOf[type]);
