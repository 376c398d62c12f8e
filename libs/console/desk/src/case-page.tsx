import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing, Page } from '@tongban/console/shared';
import { Button, Card, Descriptions, Space, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ActDialog } from './act-dialog.js';
import { actForms, type Command } from './acts.js';
import { ClockTag } from './clock-tag.js';
import { Documents } from './documents.js';
import { Dossier } from './dossier.js';
import { useActs, useCase } from './queries.js';
import { StateTag } from './state-tag.js';
import { CaseTimeline } from './timeline.js';

/** One case: where it stands, what can be done with it, its papers, its history. */
export function CasePage() {
  const { t } = useTranslation('desk');
  const { record = '' } = useParams();
  const found = useCase(record);
  if (found.error !== null) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { number, item, seq } = found.data;
  return (
    <Page title={`${item.name} ${number}`}>
      <div className="case-grid">
        <div>
          <Card title={t('facts')}>
            <Facts found={found.data} />
          </Card>
          <Card title={t('acts')}>
            <Acts record={record} item={item.code} seq={seq} />
          </Card>
          <Card title={t('dossier')}>
            <Dossier record={record} item={item.code} />
          </Card>
          <Card title={t('documents')}>
            <Documents record={record} />
          </Card>
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

function Acts({ record, item, seq }: { readonly record: string; readonly item: string; readonly seq: number }) {
  const { t } = useTranslation('desk');
  const { data, error } = useActs(record);
  const [open, setOpen] = useState<Command>();
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  const offered = data.acts.filter(({ command }) => actForms[command] !== undefined);
  if (offered.length === 0) return <Nothing text={t('noActs')} />;
  return (
    <>
      <Space wrap>
        {offered.map(({ command }, place) => (
          <Button key={command} type={place === 0 ? 'primary' : 'default'} onClick={() => setOpen(command)}>
            {t(`commands.${command}`)}
          </Button>
        ))}
      </Space>
      {open === undefined ? null : (
        <ActDialog command={open} record={record} item={item} seq={seq} close={() => setOpen(undefined)} />
      )}
    </>
  );
}
