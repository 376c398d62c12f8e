import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';

/** Neither the host nor the identity provider is to be had: the one page that needs no session. */
export function StartFailed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('shell');
  return (
    <main>
      <Result
        status="warning"
        title={
          <div role="alert">
            <h1 className="told">{t('notStarted')}</h1>
          </div>
        }
        subTitle={error instanceof Error ? `${t('notStartedHint')} (${error.message})` : t('notStartedHint')}
        extra={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
      />
    </main>
  );
}
