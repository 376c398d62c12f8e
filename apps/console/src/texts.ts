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
  menu: '菜单',
  notStarted: '工作台没有打开',
  notStartedHint: '服务或统一身份认证暂时不可用，请稍后重试。',
  reload: '重新打开',
  notFound: '没有这个页面',
  nothing: '您的岗位在本级没有可用的功能',
  cutOff: {
    title: '统一身份认证连接不上',
    choose: '可以用本机保存的离线登录凭证登录，所办事项在审计日志中标明为离线办理；连接恢复后请正常登录。',
    none: '本机没有可用的离线登录凭证。请检查网络后重试；连接正常时可在“离线登录”中为本机申领。',
    unreadable: '本机的离线登录凭证读不出来，请检查浏览器是否允许本站保存数据。',
    as: '以{{name}}登录（{{unit}}，有效至{{until}}）',
    retry: '重试连接',
    banner: '离线登录，有效至{{until}}。所办事项在审计日志中标明为离线办理。',
    normal: '正常登录',
  },
  device: {
    open: '离线登录',
    title: '本机的离线登录',
    about:
      '与统一身份认证断开时，凭本机的凭证登录本单位继续办件，有效 24 小时。凭证只能在本机使用，不能复制。公用或他人的设备请勿申领。',
    kept: '本机已有您的凭证，有效至{{until}}。',
    absent: '本机没有您的凭证。',
    fetch: '为本机申领',
    renew: '换新凭证',
    giveUp: '撤销凭证',
    close: '关闭',
  },
};

const en: typeof zh = {
  product: 'Tongban',
  tiers: { province: 'Province', city: 'City', district: 'District', township: 'Township', village: 'Village' },
  logOut: 'Log out',
  language: 'Language',
  languages: { 'zh-CN': '中文', en: 'English' },
  offline: 'The network is gone. You can read what is open; acting has to wait.',
  skip: 'Skip to the content',
  menu: 'Menu',
  notStarted: 'The console could not be opened',
  notStartedHint: 'The service or the login is not available. Please try again later.',
  reload: 'Open again',
  notFound: 'There is no such page',
  nothing: 'There is nothing for your role at this tier',
  cutOff: {
    title: 'The identity provider cannot be reached',
    choose:
      'You can log in with an offline grant kept on this device; what you do is marked as done offline in the audit log. Log in as usual once the line is back.',
    none: 'There is no offline grant on this device. Check the network and try again; while the line is up, one can be fetched under “Offline login”.',
    unreadable: 'The offline grants of this device cannot be read. Check whether the browser lets this site keep data.',
    as: 'Log in as {{name}} ({{unit}}, until {{until}})',
    retry: 'Try the connection again',
    banner: 'Logged in offline, until {{until}}. What you do is marked as done offline in the audit log.',
    normal: 'Log in as usual',
  },
  device: {
    open: 'Offline login',
    title: 'Offline login on this device',
    about:
      'While the identity provider is out of reach, the grant of this device lets you log in to your own unit and go on working, for 24 hours. It is of use on this device only and cannot be copied. Fetch none on a device that is shared or not yours.',
    kept: 'This device has a grant of yours, until {{until}}.',
    absent: 'This device has no grant of yours.',
    fetch: 'Fetch one for this device',
    renew: 'Replace the grant',
    giveUp: 'Revoke the grant',
    close: 'Close',
  },
};

export const shellTexts: Texts<typeof zh> = { 'zh-CN': zh, en };
