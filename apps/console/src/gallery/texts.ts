import type { Texts } from '@tongban/console/language';

const zh = {
  title: '部件样张',
  clocks: '时限',
  states: '办件状态',
  timeline: '办理经过',
  dossier: '申请资料',
  loading: '正在读取',
  nothing: '没有内容',
  refused: '被拒绝',
  offline: '网络不通',
  lists: '列表',
};

const en: typeof zh = {
  title: 'Shared parts',
  clocks: 'Time limits',
  states: 'States of a case',
  timeline: 'Timeline',
  dossier: 'Dossier',
  loading: 'Loading',
  nothing: 'Nothing to show',
  refused: 'Refused',
  offline: 'No connection',
  lists: 'Lists',
};

export const galleryTexts: Texts<typeof zh> = { 'zh-CN': zh, en };
