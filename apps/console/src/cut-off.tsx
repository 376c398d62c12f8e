import { formatInstant, useLanguage } from '@tongban/console/language';
import { contentOf, keptGrants, type DivisionNames, type KeptGrant } from '@tongban/console/session';
import { Button, ConfigProvider, Flex, Result } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { theme } from './theme.js';

interface CutOffProps {
  readonly divisions: DivisionNames;
  readonly choose: (grant: KeptGrant) => void;
}

/** The host is there and the identity provider is not: who keeps a grant on this device goes on with it. */
export function CutOff({ divisions, choose }: CutOffProps) {
  const { t } = useTranslation('shell');
  const language = useLanguage();
  const [grants, setGrants] = useState<readonly KeptGrant[]>();
  const [isUnreadable, setUnreadable] = useState(false);
  useEffect(() => {
    keptGrants().then(setGrants, () => setUnreadable(true));
  }, []);
  const said = isUnreadable ? 'unreadable' : grants?.length === 0 ? 'none' : 'choose';
  const choices = (grants ?? []).map((grant) => {
    const { person, node, expiresAt } = contentOf(grant);
    const until = formatInstant(new Date(expiresAt).toISOString(), language);
    return (
      <Button key={grant.id} className="choice" type="primary" onClick={() => choose(grant)}>
        {t('cutOff.as', { name: person.name, unit: divisions.path(node) || divisions.name(node), until })}
      </Button>
    );
  });
  return (
    <ConfigProvider theme={theme}>
      <main>
        <Result
          status="warning"
          title={
            <div role="alert">
              <h1 className="told">{t('cutOff.title')}</h1>
            </div>
          }
          subTitle={<span className="plain">{t(`cutOff.${said}`)}</span>}
          extra={
            <Flex vertical gap="small" align="center">
              {choices}
              <Button onClick={() => location.reload()}>{t('cutOff.retry')}</Button>
            </Flex>
          }
        />
      </main>
    </ConfigProvider>
  );
}
