import { formatInstant, languages, setLanguage, useLanguage } from '@tongban/console/language';
import { offlineRoles, useSession } from '@tongban/console/session';
import { useListBoxNames, useOnline, type pagesFor } from '@tongban/console/shared';
import { LogoutOutlined, MenuOutlined } from '@ant-design/icons';
import { Alert, Button, Layout, Menu, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { DeviceGrant } from './device-grant.js';

/** On small screens the menu's button stands in the head, where it lies over nothing. */
const menuButton = { top: -52, insetInlineEnd: -44, border: 0, background: 'transparent', color: '#fff' };

/** The frame of every page: whose desk this is, where one can go, and whether the network is there. */
export function Shell({ pages }: { readonly pages: ReturnType<typeof pagesFor> }) {
  const { t } = useTranslation('shell');
  const { settings, divisions, node } = useSession();
  const online = useOnline();
  const [folded, setFolded] = useState(false);
  useListBoxNames();
  const { pathname } = useLocation();
  const { t: named } = useTranslation();
  const entries = pages.flatMap(({ feature, path, menu }) =>
    menu === undefined
      ? []
      : [{ key: path, icon: menu.icon, label: <Link to={`/${path}`}>{named(`${feature}:title.${path}`)}</Link> }],
  );
  const here = entries.find(({ key }) => pathname.startsWith(`/${key}`))?.key;
  return (
    <Layout className="shell">
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Layout.Header className="head">
        <span className="product">{t('product')}</span>
        <span className="unit">
          {divisions.path(node) || divisions.name(node)} · {t(`tiers.${settings.tier}`)}
        </span>
        <Who />
      </Layout.Header>
      <Layout>
        <Layout.Sider
          breakpoint="lg"
          collapsedWidth={0}
          theme="light"
          zeroWidthTriggerStyle={menuButton}
          onCollapse={setFolded}
          trigger={
            <button type="button" className="menu-button" aria-label={t('menu')} aria-expanded={!folded}>
              <MenuOutlined aria-hidden />
            </button>
          }
        >
          <nav aria-label={t('product')}>
            <Menu mode="inline" selectedKeys={here === undefined ? [] : [here]} items={entries} />
          </nav>
        </Layout.Sider>
        <Layout.Content id="content" className="content" tabIndex={-1}>
          {online ? null : <Alert banner type="warning" title={t('offline')} />}
          <OfflineLogin />
          <Outlet />
        </Layout.Content>
      </Layout>
    </Layout>
  );
}

/** Stands over every page of a login that was made without the identity provider. */
function OfflineLogin() {
  const { t } = useTranslation('shell');
  const language = useLanguage();
  const { login } = useSession();
  if (login.offlineUntil === undefined) return null;
  const until = formatInstant(new Date(login.offlineUntil).toISOString(), language);
  const action = <Button onClick={() => void login.logOut()}>{t('cutOff.normal')}</Button>;
  return <Alert banner type="warning" title={t('cutOff.banner', { until })} action={action} />;
}

function Who() {
  const { t } = useTranslation('shell');
  const { person, login } = useSession();
  const language = useLanguage();
  const mayKeep = login.offlineUntil === undefined && person.roles.some((role) => offlineRoles.includes(role));
  return (
    <Space className="who">
      <span>{person.name}</span>
      <Select
        aria-label={t('language')}
        value={language}
        onChange={(chosen) => void setLanguage(chosen)}
        options={languages.map((value) => ({ value, label: t(`languages.${value}`) }))}
      />
      {mayKeep ? <DeviceGrant /> : null}
      <Button icon={<LogoutOutlined aria-hidden />} onClick={() => void login.logOut()}>
        {t('logOut')}
      </Button>
    </Space>
  );
}
