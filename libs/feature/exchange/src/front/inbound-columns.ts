/** A table in which each row is a message; `times` have China's clock and no zone. */
export interface MessageTable {
  readonly kind: 'supervision' | 'application' | 'rating';
  readonly columns: readonly string[];
  readonly times: readonly string[];
}

/** Columns of what the province sends down, named as in the HTTPS profile. */
export const messageTables: readonly MessageTable[] = [
  { kind: 'supervision', columns: ['projectno', 'content', 'due'], times: ['issued'] },
  {
    kind: 'application',
    columns: [
      ...['projectno', 'catalog_code', 'area_code', 'applyer_type', 'applyer_name', 'applyer_page_type'],
      ...['applyer_page_code', 'contact_mobile', 'address', 'form'],
    ],
    times: ['apply_date'],
  },
  {
    kind: 'rating',
    columns: ['projectno', 'satisfaction', 'pf', 'eval_detail', 'writing_evaluation', 'assess_number'],
    times: ['assess_time'],
  },
];

export const catalogueColumns: readonly string[] = [
  ...['catalog_code', 'task_name', 'task_type', 'by_law', 'use_level', 'task_state', 'task_version'],
  ...['plan_effective_date', 'plan_cancel_date'],
];
