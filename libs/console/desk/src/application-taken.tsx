import { Key, Page, useShortcut } from '@tongban/console/shared';
import { Button, Result, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
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
  const navigate = useNavigate();
  const open = () => void navigate(`/cases/${taken.record}`);
  useShortcut('F9', open);
  useShortcut('F8', again);
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
            <Button aria-keyshortcuts="F9" onClick={open}>
              {t('openCase')}
              <Key>F9</Key>
            </Button>
            <Button aria-keyshortcuts="F8" onClick={again}>
              {t('nextApplication')}
              <Key>F8</Key>
            </Button>
          </Space>
        }
      />
    </Page>
  );
}
