import type { RecordKind } from './neutral.js';

/** `date` is YYYYMMDD, `dateTime` YYYYMMDDThhmmss, both in China Standard Time (GB/T 39046-2020, formats of the tables). */
export type ColumnFormat = 'text' | 'code' | 'integer' | 'date' | 'dateTime';

export interface Column {
  readonly name: string;
  /** What the operator reads when the value is missing. */
  readonly label: string;
  readonly format: ColumnFormat;
  /** Characters. Digits for an integer. */
  readonly width: number;
  readonly mandatory: boolean;
  /** Exact length where a shorter value is always a mistake. */
  readonly exactly?: number;
}

const dateWidth = 8;
const dateTimeWidth = 15;
const integerWidth = 9;

const text = (name: string, label: string, width: number): Column => ({
  name,
  label,
  format: 'text',
  width,
  mandatory: false,
});
const code = (name: string, label: string, width: number): Column => ({ ...text(name, label, width), format: 'code' });
const exact = (name: string, label: string, width: number, exactly: number): Column => ({
  ...text(name, label, width),
  exactly,
});
const dateTime = (name: string, label: string): Column => ({ ...text(name, label, dateTimeWidth), format: 'dateTime' });
const date = (name: string, label: string): Column => ({ ...text(name, label, dateWidth), format: 'date' });
const integer = (name: string, label: string): Column => ({ ...text(name, label, integerWidth), format: 'integer' });
const must = (column: Column): Column => ({ ...column, mandatory: true });

const common = [must(exact('row_guid', '记录唯一标识', 50, 32)), must(exact('data_source', '数据来源', 3, 3))];
const projectNumber = must(text('project_no', '办件编号', 50));
const item = [
  must(exact('task_code', '实施编码', 36, 31)),
  exact('task_handle_item', '业务办理项编码', 50, 33),
  must(text('task_name', '事项名称', 1000)),
];

/**
 * Columns of each kind. Widths and what is compulsory follow UP_PRO_ACCEPT, UP_PRO_PROCESS, UP_PRO_MATERIAL and
 * UP_PRO_RESULT; ratings carry the members of the national rating interface, whose widths are not published: they take
 * those of the same columns elsewhere.
 */
export const columnsOf: Readonly<Record<RecordKind, readonly Column[]>> = {
  accept: [
    ...common,
    projectNumber,
    must(exact('catalog_code', '基本编码', 12, 12)),
    ...item,
    must(integer('task_version', '事项版本')),
    must(code('project_type', '办件类型', 2)),
    must(code('apply_type', '申请类型', 2)),
    must(dateTime('apply_date', '申请时间')),
    must(dateTime('accept_date', '受理时间')),
    date('promise_date', '承诺办结日期'),
    text('accept_doc_no', '受理文书编号', 50),
    must(exact('org_code', '实施主体统一社会信用代码', 18, 18)),
    must(text('org_name', '实施主体名称', 100)),
    text('handle_user_name', '受理人', 100),
    must(text('applyer_name', '申请人名称', 100)),
    must(code('applyer_type', '申请人类型', 2)),
    must(code('applyer_page_type', '申请人证件类型', 70)),
    must(text('applyer_page_code', '申请人证件号码', 500)),
    text('legal', '法定代表人', 100),
    text('contact_name', '联系人（代理人）姓名', 100),
    exact('contact_mobile', '联系人手机号码', 11, 11),
    text('address', '通讯地址', 1000),
  ],
  process: [
    ...common,
    projectNumber,
    must(text('process_name', '环节名称', 1000)),
    must(code('event_name', '业务动作', 2)),
    must(text('handle_user_name', '环节办理人', 100)),
    must(text('handle_explain', '环节办理意见', 2000)),
    must(dateTime('event_start_time', '环节开始时间')),
    must(dateTime('event_end_time', '环节结束时间')),
  ],
  material: [
    ...common,
    projectNumber,
    must(text('material_name', '材料名称', 200)),
    text('material_attach_name', '材料附件名称', 200),
    text('get_name', '收取数量', 5),
  ],
  result: [
    ...common,
    projectNumber,
    must(dateTime('result_date', '办结时间')),
    must(code('result_type', '办结结果', 2)),
    text('result_explain', '办结说明', 2000),
    text('result_cetr_name', '结果证照名称', 200),
    text('result_cetr_no', '结果证照编号', 2000),
    must(code('is_delivery_results', '是否送达结果', 2)),
    code('satisfaction', '满意度', 2),
    text('handle_user_name', '办结人', 100),
  ],
  rating: [
    ...common,
    projectNumber,
    ...item,
    must(exact('area_code', '行政区划代码', 12, 12)),
    must(exact('dept_code', '部门统一社会信用代码', 18, 18)),
    must(code('pf', '评价渠道', 2)),
    must(text('user_name', '评价人', 100)),
    must(code('user_prop', '评价人类型', 2)),
    must(code('satisfaction', '满意度', 2)),
    text('eval_detail', '评价详情', 500),
    text('writing_evaluation', '文字评价', 2000),
    must(dateTime('assess_time', '评价时间')),
    must(integer('assess_number', '评价次数')),
    code('promise_time', '办件类型', 2),
    must(dateTime('accept_date', '受理时间')),
  ],
};
