import { formatInstant, useLanguage } from '@tongban/console/language';
import { contentOf, fetchGrant, giveUpGrant, keptGrants, useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Flex, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Where staff fetch, replace and revoke what lets them log in on this device while the identity provider is away. */
export function DeviceGrant() {
  const { t } = useTranslation('shell');
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button icon={<SafetyCertificateOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('device.open')}
      </Button>
      <Modal
        open={isOpen}
        title={t('device.title')}
        onCancel={close}
        footer={<Button onClick={close}>{t('device.close')}</Button>}
        destroyOnHidden
      >
        <Kept />
      </Modal>
    </>
  );
}

function Kept() {
  const { t } = useTranslation('shell');
  const { node, person } = useSession();
  const language = useLanguage();
  const problemText = useProblemText();
  const {
    data: kept,
    error,
    refetch,
  } = useQuery({
    queryKey: ['offline-grant', node, person.subject],
    queryFn: async () => {
      const own = (await keptGrants()).find((grant) => contentOf(grant).person.subject === person.subject);
      return own === undefined ? null : { id: own.id, expiresAt: contentOf(own).expiresAt };
    },
  });
  const isKept = kept !== undefined && kept !== null;
  const change = useMutation({
    mutationFn: async (wanted: 'fetch' | 'giveUp') => {
      if (isKept) await giveUpGrant(node, kept.id);
      if (wanted === 'fetch') await fetchGrant(node);
    },
    onSettled: () => refetch(),
  });
  const fault = change.error ?? error;
  return (
    <Flex vertical gap="small">
      <p>{t('device.about')}</p>
      <p role="status">
        {isKept
          ? t('device.kept', { until: formatInstant(new Date(kept.expiresAt).toISOString(), language) })
          : t('device.absent')}
      </p>
      {fault === null ? null : <Alert type="error" title={problemText(fault)} />}
      <Flex wrap gap="small">
        <Button type="primary" loading={change.isPending} onClick={() => change.mutate('fetch')}>
          {t(isKept ? 'device.renew' : 'device.fetch')}
        </Button>
        {isKept ? <Button onClick={() => change.mutate('giveUp')}>{t('device.giveUp')}</Button> : null}
      </Flex>
    </Flex>
  );
}
