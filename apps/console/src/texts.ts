import type { Texts } from '@tongban/console/language';

const zh = {
  product: '通办',
  tiers: {
    province: '省级对接',
    city: '市级',
    district: '县（市、区）级',
    township: '乡镇（街道）级',
    village: '村（社区）',
  },
  logOut: '退出登录',
  language: '语言',
  languages: { 'zh-CN': '中文', en: 'English' },
  offline: '网络已断开。已打开的内容可以查看，办理须等网络恢复。',
  skip: '跳到正文',
  notStarted: '工作台没有打开',
  notStartedHint: '服务或统一身份认证暂时不可用，请稍后重试。',
  reload: '重新打开',
  notFound: '没有这个页面',
  nothing: '您的岗位在本级没有可用的功能',
};

const en: typeof zh = {
  product: 'Tongban',
  tiers: { province: 'Province', city: 'City', district: 'District', township: 'Township', village: 'Village' },
  logOut: 'Log out',
  language: 'Language',
  languages: { 'zh-CN': '中文', en: 'English' },
  offline: 'The network is gone. You can read what is open; acting has to wait.',
  skip: 'Skip to the content',
  notStarted: 'The console could not be opened',
  notStartedHint: 'The service or the login is not available. Please try again later.',
  reload: 'Open again',
  notFound: 'There is no such page',
  nothing: 'There is nothing for your role at this tier',
};

export const shellTexts: Texts<typeof zh> = { 'zh-CN': zh, en };
