import type { ThemeConfig } from 'antd';

/** Text contrast of at least 4.5:1 on every background it stands on (WCAG 2.2, 1.4.3). */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#1556a8',
    colorInfo: '#1556a8',
    colorSuccess: '#237804',
    colorWarning: '#874d00',
    colorError: '#a8071a',
    // Dark seeds would give dark grounds; tags and messages need light ones below their text.
    colorSuccessBg: '#f6ffed',
    colorSuccessBgHover: '#d9f7be',
    colorSuccessBorder: '#95de64',
    colorInfoBg: '#e8f1fb',
    colorInfoBgHover: '#cfe2f7',
    colorInfoBorder: '#8ab6e8',
    colorWarningBg: '#fffbe6',
    colorWarningBgHover: '#fff1b8',
    colorWarningBorder: '#ffd666',
    colorErrorBg: '#fff1f0',
    colorErrorBgHover: '#ffccc7',
    colorErrorBorder: '#ff7875',
    colorLink: '#1556a8',
    colorLinkHover: '#0f4187',
    colorLinkActive: '#0f4187',
    colorTextTertiary: '#5b6675',
    colorTextDescription: '#5b6675',
    colorTextPlaceholder: '#667080',
    borderRadius: 4,
    fontFamily: "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
  },
  components: { Layout: { headerBg: '#1556a8', headerColor: '#fff', siderBg: '#fff', bodyBg: '#f3f5f8' } },
};
