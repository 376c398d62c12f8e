import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page, useShortcut } from '@tongban/console/shared';
import { PrinterOutlined } from '@ant-design/icons';
import { Button, Card, Descriptions, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { CaseActs } from './case-acts.js';
import { CaseFiles } from './case-files.js';
import { ClockTag } from './clock-tag.js';
import { Documents } from './documents.js';
import { Dossier } from './dossier.js';
import { factsOf } from './facts.js';
import { Fees } from './fees.js';
import { useReadsPapers } from './papers.js';
import { useCase } from './queries.js';
import { StateTag } from './state-tag.js';
import { CaseTimeline } from './timeline.js';

/** One case: where it stands, what can be done with it, its papers, its history. */
export function CasePage() {
  const { t } = useTranslation('desk');
  const { settings } = useSession();
  const readsPapers = useReadsPapers();
  const { record = '' } = useParams();
  const found = useCase(record);
  const navigate = useNavigate();
  useShortcut('F4', () => void navigate('/workbench'));
  if (found.error !== null) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { number, item } = found.data;
  const facts = factsOf(found.data);
  return (
    <Page
      title={`${item.name} ${number}`}
      actions={
        <Button onClick={() => window.print()} icon={<PrinterOutlined aria-hidden />}>
          {t('printPage')}
        </Button>
      }
    >
      <div className="case-grid">
        <div>
          <Card title={t('facts')}>
            <Facts found={found.data} />
          </Card>
          <Card title={t('acts')} className="case-acts">
            <CaseActs found={found.data} />
          </Card>
          <Card title={t('materials')}>
            <CaseFiles record={record} names={found.data.materialNames} facts={facts} />
          </Card>
          {(facts.item.fees ?? []).length === 0 ? null : (
            <Card title={t('fees')}>
              <Fees fee={facts.fee} item={facts.item} />
            </Card>
          )}
          <Card title={t('dossier')}>
            <Dossier record={record} item={item.code} />
          </Card>
          {readsPapers && settings.features.includes('documents') ? (
            <Card title={t('documents')}>
              <Documents record={record} />
            </Card>
          ) : null}
        </div>
        <Card title={t('timeline')}>
          <CaseTimeline record={record} />
        </Card>
      </div>
    </Page>
  );
}

function Facts({ found }: { readonly found: NonNullable<ReturnType<typeof useCase>['data']> }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { divisions } = useSession();
  const { number, status, closing, clock, owner, intake, submittedAt, closedAt, marks } = found;
  const place = (code: string) => divisions.path(code) || divisions.name(code);
  return (
    <Descriptions
      column={{ xs: 1, md: 2 }}
      items={[
        { key: 'number', label: t('number'), children: <span className="number">{number}</span> },
        {
          key: 'status',
          label: t('status'),
          children: (
            <Space>
              <StateTag status={status} closing={closing} />
              {marks.map((mark) => (
                <Tag key={mark} color="#9e1068">
                  {t(`marks.${mark}`)}
                </Tag>
              ))}
            </Space>
          ),
        },
        { key: 'clock', label: t('clock'), children: <ClockTag clock={clock} /> },
        { key: 'owner', label: t('owner'), children: place(owner) },
        { key: 'intake', label: t('intake'), children: place(intake) },
        { key: 'submittedAt', label: t('submittedAt'), children: formatInstant(submittedAt, language) },
        ...(closedAt === null
          ? []
          : [{ key: 'closedAt', label: t('closedAt'), children: formatInstant(closedAt, language) }]),
      ]}
    />
  );
}
