import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { Alert, Button, Card, Space, Table, Tag, Timeline, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Changes } from '../changes.js';
import { useWho } from '../who.js';
import { ProposalDialog, type ProposalAct } from './proposal-dialog.js';
import { useProposal } from './proposal-queries.js';

const colors = { proposed: 'processing', approved: 'success', rejected: 'default' } as const;
const changeColors = { new: 'success', changed: 'processing', held: 'default' } as const;
const rowsPerPage = 20;

type Proposed = shapes.CatalogueProposal['records'][number];

/** One bulk publication: what it would publish, record by record against what is in force, and who does what with it. */
export function ProposalPage() {
  const { t } = useTranslation('catalogue');
  const { proposal = '' } = useParams();
  const { data, error, refetch } = useProposal(proposal);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const { status, records, total } = data;
  return (
    <Page title={t('proposals.one')}>
      <div className="stacked">
        <Card
          title={<h2 className="card-title">{t('toDo')}</h2>}
          extra={<Tag color={colors[status]}>{t(`proposals.statuses.${status}`)}</Tag>}
          className="case-acts"
        >
          <Acts proposal={data} />
        </Card>
        <Card title={<h2 className="card-title">{t('proposals.records')}</h2>}>
          <Counts records={records} total={total} />
          <Records records={records} />
        </Card>
        <Card title={<h2 className="card-title">{t('passage')}</h2>}>
          <Passage history={data.history} />
        </Card>
      </div>
    </Page>
  );
}

function Acts({ proposal }: { readonly proposal: shapes.CatalogueProposal }) {
  const { t } = useTranslation('catalogue');
  const { person } = useSession();
  const [asked, setAsked] = useState<ProposalAct>();
  const isOwn = proposal.proposedBy === person.subject;
  const isOpen = proposal.status === 'proposed';
  const mayApprove = isOpen && !isOwn && proposal.problems.length === 0;
  return (
    <Space orientation="vertical" className="wide">
      {proposal.problems.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={t('proposals.faulty')}
          description={
            <ul className="reasons">
              {proposal.problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          }
        />
      )}
      {isOpen && isOwn ? <Alert type="info" showIcon title={t('proposals.own')} /> : null}
      {isOpen ? null : <p className="quiet">{t('nothingToDo')}</p>}
      <Space wrap>
        {mayApprove ? (
          <Button type="primary" onClick={() => setAsked('approve')}>
            {t('proposals.acts.approve')}
          </Button>
        ) : null}
        {isOpen ? (
          <Button danger onClick={() => setAsked(isOwn ? 'takeBack' : 'reject')}>
            {t(`proposals.acts.${isOwn ? 'takeBack' : 'reject'}`)}
          </Button>
        ) : null}
      </Space>
      {asked === undefined ? null : (
        <ProposalDialog key={asked} act={asked} proposal={proposal} close={() => setAsked(undefined)} />
      )}
    </Space>
  );
}

function Counts({ records, total }: Pick<shapes.CatalogueProposal, 'records' | 'total'>) {
  const { t } = useTranslation('catalogue');
  const count = (change: Proposed['change']) => records.filter((record) => record.change === change).length;
  return (
    <p role="status">
      {t('proposals.counts', { total, added: count('new'), changed: count('changed') })}
      {records.length < total ? t('proposals.listed', { count: records.length }) : null}
    </p>
  );
}

function Records({ records }: { readonly records: readonly Proposed[] }) {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  const placeName = (code: string) => divisions.path(code) || divisions.name(code);
  const columns: TableColumnsType<Proposed> = [
    {
      title: t('name'),
      render: (_, { kind, key, name, change, version, delegation, place }) => (
        <>
          {name} <Tag color={changeColors[change]}>{t(`proposals.changes.${change}`)}</Tag>
          {delegation === undefined ? null : <Given delegation={delegation} />}
          {place === undefined ? null : <div>{placeName(place)}</div>}
          <div className="quiet seal">{key}</div>
          <div className="phone-only quiet">
            {t(`proposals.kinds.${kind}`)} · {t('versionNo', { version })}
          </div>
        </>
      ),
    },
    { title: t('proposals.kind'), responsive: ['md'], render: (_, { kind }) => t(`proposals.kinds.${kind}`) },
    {
      title: t('version'),
      responsive: ['md'],
      align: 'right',
      render: (_, { version }) => t('versionNo', { version }),
    },
  ];
  return (
    <Table<Proposed>
      aria-label={t('proposals.records')}
      rowKey={({ kind, key, version }) => `${kind}/${key}@${version}`}
      size="small"
      columns={columns}
      dataSource={[...records]}
      pagination={records.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
      expandable={{
        columnTitle: <span className="spoken">{t('proposals.fields')}</span>,
        showExpandColumn: records.some(({ fields }) => fields.length > 0),
        defaultExpandAllRows: records.length <= 3,
        rowExpandable: ({ fields }) => fields.length > 0,
        expandedRowRender: ({ name, fields }) => (
          <Changes changes={fields} label={t('proposals.changesOf', { name })} />
        ),
      }}
    />
  );
}

/** From whom to whom, and what is done: given for good or for a time, or taken back. */
function Given({ delegation }: { readonly delegation: NonNullable<Proposed['delegation']> }) {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  const { from, to, powers, form, validFrom, validTo, revokedOn } = delegation;
  const words = {
    from: t(`codes.level.${from}`),
    to: isTier(to) ? t('wholeTier', { tier: t(`codes.level.${to}`) }) : divisions.path(to) || divisions.name(to),
    powers: powers.map((power) => t(`codes.power.${power}`)).join(t('list')),
    form: t(`matrix.forms.${form}`),
    validFrom,
    validTo,
    revokedOn,
  };
  const action = revokedOn !== undefined ? 'taken' : validTo !== undefined ? 'givenUntil' : 'given';
  return <div>{t(`proposals.${action}`, words)}</div>;
}

const divisionCode = /^\d+$/;
const isTier = (to: string): to is NonNullable<Proposed['delegation']>['from'] => !divisionCode.test(to);

function Passage({ history }: { readonly history: shapes.CatalogueProposal['history'] }) {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const who = useWho();
  const items = history.map(({ seq, action, by, byName, at, note }) => ({
    key: String(seq),
    content: (
      <>
        <strong>{t(`proposals.actions.${action}`)}</strong>{' '}
        <span className="quiet">
          {formatInstant(at, language)} · {who(by, byName)}
        </span>
        {note === undefined ? null : <div className="lines">{note}</div>}
      </>
    ),
  }));
  return <Timeline items={items} />;
}
