import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Page, Pager } from '@tongban/console/shared';
import { Segmented, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { oneOf, useAddress } from './address.js';
import { useDrafts } from './queries.js';

const statuses = ['draft', 'reviewed', 'published', 'withdrawn'] as const;

/** 事项审核: versions on their way, those that wait for a second person first. */
export function DraftList() {
  const { t } = useTranslation('catalogue');
  const [search, show] = useAddress();
  const status = oneOf(statuses, search.get('status')) ?? 'draft';
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useDrafts(status, cursor);
  const columns = useColumns();
  return (
    <Page title={t('title.item-drafts')}>
      <div className="filters">
        <Segmented
          aria-label={t('status')}
          value={status}
          onChange={(value) => show({ status: value === 'draft' ? undefined : value })}
          options={statuses.map((value) => ({ value, label: t(`waiting.${value}`) }))}
        />
      </div>
      {error === null ? (
        <Table<shapes.DraftSummary>
          aria-label={t(`waiting.${status}`)}
          rowKey="draft"
          size="middle"
          columns={columns}
          dataSource={data?.drafts ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noDrafts')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={cursor} next={data?.next} go={(place) => show({ cursor: place })} />
    </Page>
  );
}

function useColumns(): TableColumnsType<shapes.DraftSummary> {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  return [
    {
      title: t('item'),
      render: (_, { draft, name, code, changedAt }) => (
        <>
          <Link to={`/item-drafts/${draft}`}>{name}</Link>
          <div className="quiet number">{code}</div>
          <div className="phone-only quiet">{formatInstant(changedAt, language)}</div>
        </>
      ),
    },
    { title: t('changedAt'), responsive: ['md'], render: (_, { changedAt }) => formatInstant(changedAt, language) },
  ];
}
