import { Page } from '@tongban/console/shared';
import { Button, Result, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePrint } from './print.js';

export interface Taken {
  readonly record: string;
  readonly number: string;
  readonly queryCode: string;
}

/** The application stands in the journal: its number, the applicant's code, the receipt. */
export function ApplicationTaken({ taken, again }: { readonly taken: Taken; readonly again: () => void }) {
  const { t } = useTranslation('desk');
  const { printing, printReceipt } = usePrint(taken.record);
  return (
    <Page title={t('title.new-case')}>
      <Result
        status="success"
        title={t('taken', { number: taken.number })}
        subTitle={t('takenHint', { code: taken.queryCode })}
        extra={
          <Space wrap>
            <Button type="primary" autoFocus loading={printing} onClick={printReceipt}>
              {t('printReceipt')}
            </Button>
            <Link to={`/cases/${taken.record}`}>{t('openCase')}</Link>
            <Button onClick={again}>{t('nextApplication')}</Button>
          </Space>
        }
      />
    </Page>
  );
}
