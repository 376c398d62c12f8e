import { layout, type Form, type Layout } from './form.js';

const technical: Readonly<Record<string, Form>> = {
  'row_guid*': 50,
  'cd_batch*': 32,
  'cd_operation*': 2,
  'cd_time*': 'dateTime',
  'data_source*': /^1\d{2}$/,
};
const ofTask: Readonly<Record<string, Form>> = { ...technical, 'task_guid*': 36 };
const catalogueCode = /^[0-9A-Z]{12}$/;
const taskCode = /^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9A-Z]{12}$/;

const basic = layout({
  ...technical,
  'catalog_code*': catalogueCode,
  'task_code*': taskCode,
  task_handle_item: 50,
  local_task_code: 50,
  'task_name*': 1000,
  'task_type*': 2,
  'task_state*': 2,
  'task_version*': 'count',
  'use_level*': 11,
  'by_law*': 4000,
  'accept_condition*': 4000,
  'anticipate_day*': 'number',
  'anticipate_type*': 2,
  anticipate_explain: 1000,
  'promise_day*': 'number',
  'promise_type*': 2,
  promise_explain: 1000,
  'dept_code*': /^[0-9A-HJ-NPQRTUWXY]{18}$/,
  'dept_name*': 200,
  'dept_type*': 2,
  entrust_name: 100,
  'power_source*': 2,
  'project_type*': 2,
  handle_type: 5,
  'handle_flow*': 4000,
  'server_type*': 32,
  'special_procedure*': 500,
  'limit_scene_num*': 'number',
  'is_fee*': 2,
  fee_basis: 1000,
  link_addr: 500,
  'is_single_login*': 2,
  'app_is_single_login*': 2,
  'link_way*': 1000,
  'supervise_way*': 1000,
  'transact_addr*': 500,
  'transact_time*': 500,
  'plan_effective_date*': 'date',
  plan_cancel_date: 'date',
});
const extend = layout({
  ...ofTask,
  handle_area: 2,
  'is_entry_center*': 2,
  'is_express*': 2,
  'is_online*': 2,
  'is_pay_online*': 2,
  is_schedule: 2,
  is_service_terminals: 2,
  limit_explain: 1000,
  limit_scene_explain: 1000,
  online_handle_depth: 20,
  'result_type*': 40,
  result_name: 200,
  service_type: 500,
});
const material = layout({
  ...ofTask,
  'order_num*': 'count',
  'material_name*': 200,
  'material_type*': 2,
  'is_need*': 2,
  'source_type*': 2,
  source_explain: 500,
  page_num: 'number',
  page_format: 200,
  fill_explain: 500,
  accept_stand: 2000,
  by_law: 2000,
});
const fee = layout({
  ...ofTask,
  'order_num*': 'count',
  'fee_name*': 200,
  'fee_stand*': 2000,
  'by_law*': 2000,
  is_desc: 2,
  desc_explain: 1000,
});
const questions = layout({ ...ofTask, 'order_num*': 'count', 'question*': 1000, 'answer*': 4000 });

/** The catalogue tables (UP_TASK_*) that this platform hands out. */
export const taskTables: Readonly<Record<string, Layout>> = {
  UP_TASK_DIRECTORY: layout({
    ...technical,
    'catalog_code*': catalogueCode,
    'task_name*': 1000,
    'task_type*': 2,
    'by_law*': 4000,
    'use_level*': 11,
    'task_state*': 2,
    'task_version*': 'count',
    'plan_effective_date*': 'date',
    plan_cancel_date: 'date',
    local_catalog_code: 50,
  }),
  ...Object.fromEntries(
    ['GENERAL', 'PUBLIC'].flatMap((group) => [
      [`UP_TASK_${group}_BASIC`, basic],
      [`UP_TASK_${group}_EXTEND`, extend],
      [`UP_TASK_${group}_MATERIAL`, material],
      [`UP_TASK_${group}_FEE_PROJECT`, fee],
      [`UP_TASK_${group}_QUESTIONS`, questions],
    ]),
  ),
  UP_TASK_HANDLE_BASIC: basic,
  UP_TASK_HANDLE_MATERIAL: material,
  UP_TASK_HANDLE_QUESTIONS: questions,
  UP_TASK_PUNISH_BASIC: basic,
  UP_TASK_PUNISH_QUESTIONS: questions,
  UP_TASK_CHECK_BASIC: basic,
  UP_TASK_CHECK_QUESTIONS: questions,
};

/** Code lists of those tables; a flag is 0 or 1. */
const flag: readonly string[] = ['0', '1'];
export const taskCodeLists: Readonly<Record<string, readonly string[]>> = {
  cd_operation: ['I', 'U', 'D'],
  use_level: ['1', '2', '3', '4', '5', '6', '7'],
  project_type: ['1', '2', '9'],
  anticipate_type: ['G', 'Z'],
  promise_type: ['1', '2', '3', '4', '5'],
  dept_type: ['1', '2', '3', '9'],
  power_source: ['1', '2', '3', '4', '5', '6'],
  material_type: ['0', '1', '2', '3'],
  is_need: ['0', '1', '2', '3'],
  source_type: ['0', '1', '2'],
  result_type: ['10', '20', '30', '99'],
  handle_area: ['0', '1', '2', '3', '4'],
  ...Object.fromEntries(
    [
      ...['is_fee', 'is_single_login', 'app_is_single_login', 'is_entry_center', 'is_express', 'is_online'],
      ...['is_pay_online', 'is_schedule', 'is_service_terminals', 'is_desc'],
    ].map((name) => [name, flag]),
  ),
};
