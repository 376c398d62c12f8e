import { useSession } from '@tongban/console/session';
import { Key, Page, useShortcut } from '@tongban/console/shared';
import { Button, Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { CounterPanel } from './counter-panel.js';
import { ScanBox } from './scan-box.js';

/** 综合窗口工作台: the next number, a case by its code, a new application, one's own queue. */
export function Workbench() {
  const { t } = useTranslation('window');
  const { divisions, node } = useSession();
  const navigate = useNavigate();
  const takeIn = () => void navigate('/new-case');
  useShortcut('F9', takeIn);
  return (
    <Page title={t('title.workbench')}>
      <div className="workbench">
        <CounterPanel />
        <ScanBox />
        <Card title={t('work')}>
          <div className="tiles">
            <Button size="large" type="primary" aria-keyshortcuts="F9" onClick={takeIn}>
              {t('takeIn')}
              <Key>F9</Key>
            </Button>
            <Button size="large" onClick={() => void navigate('/cases?view=mine')}>
              {t('mine')}
            </Button>
            <Button size="large" onClick={() => void navigate('/cases?view=due')}>
              {t('due')}
            </Button>
            <Button size="large" onClick={() => void navigate('/cases')}>
              {t('all', { place: divisions.name(node) })}
            </Button>
          </div>
        </Card>
      </div>
    </Page>
  );
}
