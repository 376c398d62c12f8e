import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';

/** Neither the host nor the identity provider is to be had: the one page that needs no session. */
export function StartFailed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('shell');
  return (
    <div role="alert">
      <Result
        status="warning"
        title={t('notStarted')}
        subTitle={error instanceof Error ? `${t('notStartedHint')} (${error.message})` : t('notStartedHint')}
        extra={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
      />
    </div>
  );
}
