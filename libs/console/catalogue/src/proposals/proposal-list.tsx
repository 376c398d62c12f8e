import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Page, Pager } from '@tongban/console/shared';
import { Segmented, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { oneOf, useAddress } from '../address.js';
import { useWho } from '../who.js';
import { useProposals } from './proposal-queries.js';

const statuses = ['proposed', 'approved', 'rejected'] as const;

type Summary = NonNullable<ReturnType<typeof useProposals>['data']>['proposals'][number];

/** 批量发布: what has been put forward, those that wait for a second person first. */
export function ProposalList() {
  const { t } = useTranslation('catalogue');
  const [search, show] = useAddress();
  const status = oneOf(statuses, search.get('status')) ?? 'proposed';
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useProposals(status, cursor);
  const columns = useColumns();
  return (
    <Page title={t('title.proposals')}>
      <div className="filters">
        <Segmented<shapes.CatalogueProposal['status']>
          aria-label={t('status')}
          value={status}
          onChange={(value) => show({ status: value === 'proposed' ? undefined : value })}
          options={statuses.map((value) => ({ value, label: t(`proposals.statuses.${value}`) }))}
        />
      </div>
      {error === null ? (
        <Table<Summary>
          aria-label={t(`proposals.statuses.${status}`)}
          rowKey="proposal"
          size="middle"
          columns={columns}
          dataSource={data?.proposals ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('proposals.noneSuch')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={cursor} next={data?.next} go={(place) => show({ cursor: place })} />
    </Page>
  );
}

function useColumns(): TableColumnsType<Summary> {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const who = useWho();
  return [
    {
      title: t('changedAt'),
      render: (_, { proposal, changedAt, proposedBy, proposedByName }) => (
        <>
          <Link to={`/proposals/${proposal}`}>{formatInstant(changedAt, language)}</Link>
          <div className="phone-only quiet">{who(proposedBy, proposedByName)}</div>
        </>
      ),
    },
    {
      title: t('proposals.by'),
      responsive: ['md'],
      render: (_, { proposedBy, proposedByName }) => who(proposedBy, proposedByName),
    },
    {
      title: t('proposals.number'),
      responsive: ['lg'],
      render: (_, { proposal }) => <span className="seal">{proposal}</span>,
    },
  ];
}
