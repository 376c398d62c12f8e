export type Kind = 'accept' | 'process' | 'material' | 'result' | 'rating';
export const kinds: readonly Kind[] = ['accept', 'process', 'material', 'result', 'rating'];

/** A trailing `*` means compulsory; then the width in characters, or the form of the value. */
export type Form = number | 'dateTime' | 'date' | 'count' | RegExp;
export interface Rule {
  readonly compulsory: boolean;
  readonly form: Form;
}
export type Layout = ReadonlyMap<string, Rule>;

const layout = (columns: Readonly<Record<string, Form>>): Layout =>
  new Map(
    Object.entries(columns).map(([name, form]) => [
      name.replace('*', ''),
      { compulsory: name.endsWith('*'), form } satisfies Rule,
    ]),
  );

const technical: Readonly<Record<string, Form>> = {
  'row_guid*': 50,
  'cd_batch*': 32,
  'cd_operation*': 2,
  'cd_time*': 'dateTime',
  'data_source*': /^1\d{2}$/,
  'project_no*': 50,
};
const taskCode = /^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9A-Z]{12}$/;
const creditCode = /^[0-9A-HJ-NPQRTUWXY]{18}$/;

/** Columns of UP_PRO_ACCEPT, UP_PRO_PROCESS, UP_PRO_MATERIAL, UP_PRO_RESULT and of a rating. */
export const layouts: Readonly<Record<Kind, Layout>> = {
  accept: layout({
    ...technical,
    'catalog_code*': /^[0-9A-Z]{12}$/,
    local_catalog_code: 50,
    'task_code*': taskCode,
    local_task_code: 50,
    task_handle_item: /^[0-9A-Z]{33}$/,
    'task_name*': 1000,
    'task_version*': 'count',
    project_name: 1000,
    'project_type*': 2,
    'apply_type*': 2,
    'apply_date*': 'dateTime',
    'accept_date*': 'dateTime',
    promise_date: 'date',
    accept_doc_no: 50,
    'org_code*': creditCode,
    'org_name*': 100,
    handle_user_name: 100,
    'applyer_name*': 100,
    'applyer_type*': 2,
    'applyer_page_type*': 70,
    'applyer_page_code*': 500,
    legal: 100,
    contact_name: 100,
    contact_type: 6,
    contact_code: 50,
    contact_mobile: /^1\d{10}$/,
    address: 1000,
    zip_code: /^\d{6}$/,
  }),
  process: layout({
    ...technical,
    'process_name*': 1000,
    'event_name*': 2,
    'handle_user_name*': 100,
    'handle_explain*': 2000,
    'event_start_time*': 'dateTime',
    'event_end_time*': 'dateTime',
    remark: 1000,
  }),
  material: layout({
    ...technical,
    'material_name*': 200,
    material_attach_name: 200,
    get_type: 2,
    get_name: 5,
    remark: 1000,
  }),
  result: layout({
    ...technical,
    'result_date*': 'dateTime',
    'result_type*': 2,
    result_explain: 2000,
    result_cetr_name: 200,
    result_cetr_no: 2000,
    'is_delivery_results*': 2,
    satisfaction: 2,
    handle_user_name: 100,
    remark: 1000,
  }),
  rating: layout({
    ...technical,
    'task_code*': taskCode,
    task_handle_item: /^[0-9A-Z]{33}$/,
    'task_name*': 1000,
    'area_code*': /^\d{12}$/,
    'dept_code*': creditCode,
    'pf*': 2,
    'user_name*': 100,
    'user_prop*': 1,
    'satisfaction*': 1,
    eval_detail: 500,
    writing_evaluation: 2000,
    'assess_time*': 'dateTime',
    'assess_number*': 'count',
    promise_time: 1,
    'accept_date*': 'dateTime',
  }),
};

/** Columns that name a person or lead to one: they are taken in and not given out by the reading routes. */
export const personalColumns: readonly string[] = [
  'applyer_name',
  'applyer_page_code',
  'legal',
  'contact_name',
  'contact_type',
  'contact_code',
  'contact_mobile',
  'address',
  'zip_code',
  'user_name',
  'handle_user_name',
  'handle_explain',
  'result_explain',
  'writing_evaluation',
];
