import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { useReconciliations } from './queries.js';

const colors = { running: 'processing', agreed: 'success', differing: 'error', interrupted: 'warning' } as const;

/** 上下级对账: what this node checked by itself and with its neighbours, newest first. */
export function Reconciliations() {
  const { t } = useTranslation('exchange');
  const { data, error, refetch } = useReconciliations();
  const columns = useColumns();
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.reconciliations.length === 0) return <Nothing text={t('noReconciliations')} />;
  return (
    <Table<shapes.Reconciliation>
      aria-label={t('views.reconciliations')}
      rowKey="id"
      size="small"
      columns={columns}
      dataSource={data.reconciliations}
      pagination={false}
    />
  );
}

function useColumns(): TableColumnsType<shapes.Reconciliation> {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  const { divisions } = useSession();
  return [
    {
      title: t('peer'),
      render: (_, { peer }) => (peer === null ? t('self') : divisions.path(peer) || divisions.name(peer)),
    },
    { title: t('result'), render: (_, { state }) => <Tag color={colors[state]}>{t(`results.${state}`)}</Tag> },
    { title: t('begunAt'), responsive: ['md'], render: (_, { begunAt }) => formatInstant(begunAt, language) },
    { title: t('checked'), align: 'right', responsive: ['sm'], render: (_, { result }) => result?.checkedRecords },
    {
      title: t('mended'),
      align: 'right',
      responsive: ['md'],
      render: (_, { result }) => result && result.mendedHere + result.mendedThere,
    },
    {
      title: t('unmended'),
      align: 'right',
      render: (_, { result }) => result?.unmended.length,
    },
    {
      title: t('signed'),
      responsive: ['md'],
      render: (_, { isSigned, isCountersigned }) => t(isSigned && isCountersigned ? 'yes' : 'no'),
    },
  ];
}
