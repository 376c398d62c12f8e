import { amount, code, date, dateTime, exact, integer, lenientCode, must, text, type Layouts } from './columns.js';

const common = [
  must(exact('row_guid', '记录唯一标识', 50, 32, 'rowGuid')),
  must(exact('data_source', '数据来源', 3, 3, 'dataSource')),
  must(text('project_no', '办件编号', 50, 'number')),
] as const;
const item = [
  must(exact('task_code', '实施编码', 36, 31, 'implementationCode')),
  exact('task_handle_item', '业务办理项编码', 50, 33, 'handlingItemCode'),
  must(text('task_name', '事项名称', 1000, 'itemName')),
] as const;

/**
 * The rows of a case with the names, widths and compulsory columns of the national front-end database (UP_PRO_*).
 * Ratings carry the members of the national rating interface, fees and supervision those of GB/T 39046-2020 (支付,
 * 电子监察); the widths that are not published follow the same columns elsewhere, and the names of those three tables
 * are agreed with the platform.
 */
export const nationalLayouts: Layouts = {
  accept: {
    table: 'UP_PRO_ACCEPT',
    columns: [
      ...common,
      must(exact('catalog_code', '基本编码', 12, 12, 'basicCode')),
      ...item,
      must(integer('task_version', '事项版本', 'itemVersion')),
      text('project_name', '办理摘要', 1000, 'projectName'),
      must(code('project_type', '办件类型', 2, 'regime', 'regime')),
      must(code('apply_type', '申请类型', 2, 'channel', 'channel')),
      must(dateTime('apply_date', '申请时间', 'submittedAt')),
      must(dateTime('accept_date', '受理时间', 'acceptedAt')),
      date('promise_date', '承诺办结日期', 'promisedDate'),
      text('accept_doc_no', '受理文书编号', 50, 'acceptanceNumber'),
      must(exact('org_code', '实施主体统一社会信用代码', 18, 18, 'departmentCode')),
      must(text('org_name', '实施主体名称', 100, 'departmentName')),
      text('handle_user_name', '受理人', 100, 'acceptedBy'),
      must(text('applyer_name', '申请人名称', 100, 'applicantName')),
      must(code('applyer_type', '申请人类型', 2, 'applicantType', 'applicantType')),
      must(code('applyer_page_type', '申请人证件类型', 70, 'identityType', 'identityType')),
      must(text('applyer_page_code', '申请人证件号码', 500, 'identityNumber')),
      text('legal', '法定代表人', 100, 'legalRepresentative'),
      text('contact_name', '联系人（代理人）姓名', 100, 'contactName'),
      exact('contact_mobile', '联系人手机号码', 11, 11, 'contactMobile'),
      text('address', '通讯地址', 1000, 'address'),
    ],
  },
  process: {
    table: 'UP_PRO_PROCESS',
    columns: [
      ...common,
      must(text('process_name', '环节名称', 1000, 'stepName')),
      must(code('event_name', '业务动作', 2, 'action', 'stepAction')),
      must(text('handle_user_name', '环节办理人', 100, 'handlerName')),
      must(text('handle_explain', '环节办理意见', 2000, 'explanation')),
      must(dateTime('event_start_time', '环节开始时间', 'startedAt')),
      must(dateTime('event_end_time', '环节结束时间', 'endedAt')),
    ],
  },
  special: {
    table: 'UP_PRO_SPECIAL_PROCEDURE',
    columns: [
      ...common,
      must(code('special_type', '特别程序种类', 2, 'type', 'specialType')),
      must(text('special_name', '特别程序名称', 1000, 'specialName')),
      must(text('special_reason', '特别程序理由', 2000, 'reason')),
      must(dateTime('special_time', '特别程序开始时间', 'startedAt')),
      must(dateTime('end_time', '特别程序结束时间', 'endedAt')),
      text('handle_user', '特别程序办理人', 100, 'handlerName'),
      text('special_explain', '特别程序说明', 2000, 'legalBasis'),
      text('result', '特别程序结果', 2000, 'result'),
    ],
  },
  material: {
    table: 'UP_PRO_MATERIAL',
    columns: [
      ...common,
      must(text('material_name', '材料名称', 200, 'materialName')),
      text('material_attach_name', '材料附件名称', 200, 'fileName'),
      text('get_name', '收取数量', 5, 'copies'),
    ],
  },
  fee: {
    table: 'UP_PRO_FEE',
    columns: [
      ...common,
      must(code('pay_type', '收费类型', 2, 'event', 'feeEvent')),
      text('pay_no', '缴款单号', 50, 'noticeNumber'),
      text('fee_name', '收费项目', 200, 'feeName'),
      must(text('charge_org', '收费单位', 100, 'departmentName')),
      text('charge_user', '收费人员', 100, 'handlerName'),
      must(amount('amount', '收费金额', 'amountFen')),
      must(dateTime('charge_time', '收费时间', 'at')),
      text('payer', '缴款人', 100, 'payer'),
    ],
  },
  result: {
    table: 'UP_PRO_RESULT',
    columns: [
      ...common,
      must(dateTime('result_date', '办结时间', 'closedAt')),
      must(code('result_type', '办结结果', 2, 'type', 'resultType')),
      text('result_explain', '办结说明', 2000, 'explanation'),
      text('result_cetr_name', '结果证照名称', 200, 'certificateName'),
      text('result_cetr_no', '结果证照编号', 2000, 'certificateNumber'),
      must(code('is_delivery_results', '是否送达结果', 2, 'delivery', 'delivery')),
      code('satisfaction', '满意度', 2, 'satisfaction', 'satisfaction'),
      text('handle_user_name', '办结人', 100, 'handlerName'),
    ],
  },
  rating: {
    table: 'UP_PRO_EVALUATE',
    columns: [
      ...common,
      ...item,
      must(exact('area_code', '行政区划代码', 12, 12, 'intake')),
      must(exact('dept_code', '部门统一社会信用代码', 18, 18, 'departmentCode')),
      must(code('pf', '评价渠道', 2, 'channel', 'ratingChannel')),
      must(text('user_name', '评价人', 100, 'raterName')),
      must(text('user_prop', '评价人类型', 2, 'raterKind')),
      must(code('satisfaction', '满意度', 2, 'satisfaction', 'ratingSatisfaction')),
      text('eval_detail', '评价详情', 500, 'reasons'),
      text('writing_evaluation', '文字评价', 2000, 'text'),
      must(dateTime('assess_time', '评价时间', 'ratedAt')),
      must(integer('assess_number', '评价次数', 'sequence')),
      // Two values only: any other regime has no code here, and the column may stay empty.
      lenientCode('promise_time', '办件类型', 2, 'regime', 'ratingRegime'),
      must(dateTime('accept_date', '受理时间', 'acceptedAt')),
    ],
  },
  supervision: {
    table: 'UP_PRO_SUPERVISE',
    columns: [
      ...common,
      must(exact('supervise_no', '监察编号', 20, 20, 'supervisionNumber')),
      must(text('rule_no', '监察规则编号', 20, 'rule')),
      must(code('alarm_type', '监察预警类型', 1, 'level', 'supervisionLevel')),
      must(text('supervise_content', '督办内容', 2000, 'content')),
      must(text('org_name', '责任部门', 100, 'departmentName')),
      text('task_type', '事项类型代码', 2, 'itemTypeCode'),
      must(dateTime('state_time', '状态产生时间', 'at')),
    ],
  },
};
