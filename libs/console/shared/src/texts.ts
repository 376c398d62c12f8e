import type { Texts } from '@tongban/console/language';

const zh = {
  product: '通办',
  loading: '正在读取…',
  nothing: '暂无数据',
  again: '重试',
  trace: '报障编号 {{trace}}',
  problem: {
    title: '没有办成',
    offline: '网络不通，请检查连接后重试；已填写的内容仍在本页。',
    answer: '服务没有给出可读的答复，请稍后重试。',
    unknown: '页面出错了，请刷新后重试。',
  },
  pager: { name: '翻页', front: '回到最前', more: '下一页' },
  save: {
    table: '导出表格',
    read: '已读取 {{count}} 行…',
    stop: '停止导出',
    done: '已导出 {{count}} 行',
    cut: '只导出前 {{count}} 行，请缩小范围后分次导出',
    by: '导出：{{unit}} {{name}}，{{at}}',
  },
};

const en: typeof zh = {
  product: 'Tongban',
  loading: 'Loading…',
  nothing: 'Nothing here yet',
  again: 'Try again',
  trace: 'Trace {{trace}}',
  problem: {
    title: 'That did not work',
    offline: 'No connection. Check the network and try again; what you entered is still on this page.',
    answer: 'The service gave no readable answer. Please try again later.',
    unknown: 'Something went wrong on this page. Please reload it.',
  },
  pager: { name: 'Pages', front: 'To the front', more: 'Next page' },
  save: {
    table: 'Save table',
    read: '{{count}} rows read…',
    stop: 'Stop',
    done: '{{count}} rows saved',
    cut: 'The first {{count}} rows only; narrow the search and save in parts',
    by: 'Saved by {{name}}, {{unit}}, {{at}}',
  },
};

export const sharedTexts: Texts<typeof zh> = { 'zh-CN': zh, en };
