import type { shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Page } from '@tongban/console/shared';
import { Segmented, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { oneOf, useAddress } from '../address.js';
import { useRounds } from './reform-queries.js';
import { roundColors } from './round-colors.js';

type Round = shapes.ReformRoundSummary;

const shownOf = ['open', 'published', 'discarded'] as const;
const isOpen = ({ status }: Round): boolean => status !== 'published' && status !== 'discarded';
const rowsPerPage = 25;

/** 改革方案: rounds of reform, those still on their way first. */
export function RoundList() {
  const { t } = useTranslation('catalogue');
  const [search, show] = useAddress();
  const shown = oneOf(shownOf, search.get('status')) ?? 'open';
  const { data, error, isPending, refetch } = useRounds();
  const columns = useColumns();
  const rounds = data?.rounds.filter((round) => (shown === 'open' ? isOpen(round) : round.status === shown)) ?? [];
  return (
    <Page title={t('title.reforms')}>
      <div className="filters">
        <Segmented
          aria-label={t('status')}
          value={shown}
          onChange={(value) => show({ status: value === 'open' ? undefined : value })}
          options={shownOf.map((value) => ({ value, label: t(`reform.shown.${value}`) }))}
        />
      </div>
      {error === null ? (
        <Table<Round>
          aria-label={t(`reform.shown.${shown}`)}
          rowKey="round"
          size="middle"
          columns={columns}
          dataSource={rounds}
          loading={isPending}
          pagination={rounds.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('reform.noneSuch')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
    </Page>
  );
}

function useColumns(): TableColumnsType<Round> {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  return [
    {
      title: t('reform.round'),
      render: (_, { round, title, status, items, effectiveOn }) => (
        <>
          <Link to={`/reforms/${round}`}>{title}</Link>
          <div>
            <Tag color={roundColors[status]}>{t(`reform.statuses.${status}`)}</Tag>
          </div>
          <div className="phone-only quiet">
            {formatDate(effectiveOn, language)} · {t('reform.itemCount', { count: items })}
          </div>
        </>
      ),
    },
    {
      title: t('reform.effectiveOn'),
      responsive: ['md'],
      render: (_, { effectiveOn }) => formatDate(effectiveOn, language),
    },
    { title: t('reform.items'), responsive: ['md'], align: 'right', dataIndex: 'items' },
    { title: t('reform.changes'), responsive: ['md'], align: 'right', dataIndex: 'changes' },
  ];
}
