import type { Texts } from '@tongban/console/language';

const zh = {
  title: { 'joint-cases': '联办件' },
  number: '联办编号',
  name: '一件事',
  status: '状态',
  statuses: { open: '办理中', closed: '已办结' },
  closings: { approved: '全部准予', partly: '部分准予', refused: '不予许可', withdrawn: '已撤回' },
  allStatuses: '全部状态',
  none: '本级没有牵头的联办件',
  done: '完成情况',
  doneOf: '已通过 {{passed}} 项，共 {{total}} 项',
  openedAt: '受理时间',
  closedAt: '办结时间',
  leads: '牵头单位',
  clock: '总时限',
  used: '已用 {{used}} 个工作日，共 {{limit}} 个',
  facts: '基本情况',
  graph: '办理流程图',
  legend: '粗框为关键事项，虚框为选办事项；箭头指向须等待前一项完成的事项。下方按阶段列出同样的内容。',
  notOpened: '{{name}}（尚未进入）',
  kinds: { key: '关键事项', required: '必办事项', optional: '选办事项' },
  inspected: '需联合踏勘',
  after: '须先完成：{{names}}',
};

const en: typeof zh = {
  title: { 'joint-cases': 'Joint cases' },
  number: 'Number',
  name: 'Bundle',
  status: 'State',
  statuses: { open: 'Open', closed: 'Closed' },
  closings: { approved: 'Approved', partly: 'Partly approved', refused: 'Refused', withdrawn: 'Withdrawn' },
  allStatuses: 'All states',
  none: 'This node leads no joint case',
  done: 'Done',
  doneOf: '{{passed}} of {{total}} passed',
  openedAt: 'Opened',
  closedAt: 'Closed',
  leads: 'Led by',
  clock: 'Overall limit',
  used: '{{used}} of {{limit}} working days used',
  facts: 'Facts',
  graph: 'How it hangs together',
  legend:
    'A thick frame is a key branch, a dashed one is optional; arrows lead to what has to wait. The lists below say the same by stage.',
  notOpened: '{{name}} (not begun)',
  kinds: { key: 'Key branch', required: 'Required', optional: 'Optional' },
  inspected: 'Wants a joint inspection',
  after: 'After {{names}}',
};

export const jointTexts: Texts<typeof zh> = { 'zh-CN': zh, en };
