import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Pager } from '@tongban/console/shared';
import { Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PartProps } from './parts.js';
import { useResends } from './queries.js';
import { ResendMany } from './resend-many.js';

/** 重新上报记录: who had what sent again, why, and what came of it; the newest first. */
export function Resends({ profile, search, show }: PartProps) {
  const { t } = useTranslation('exchange');
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useResends(profile, cursor);
  const columns = useColumns();
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  return (
    <section className="reports" aria-label={t('views.resends')}>
      <ResendMany profile={profile} />
      <Table<shapes.ExchangeResendAsked>
        aria-label={t('views.resends')}
        rowKey="id"
        size="small"
        columns={columns}
        dataSource={data?.resends ?? []}
        loading={isPending}
        pagination={false}
        locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noResends')} /> }}
      />
      <Pager cursor={cursor} next={data?.next} go={(to) => show({ cursor: to })} />
    </section>
  );
}

function useColumns(): TableColumnsType<shapes.ExchangeResendAsked> {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  return [
    {
      title: t('resendWhat'),
      render: (_, asked) => (
        <>
          <What asked={asked} /> <Tag>{t(`resendStates.${asked.state}`)}</Tag>
          <div className="phone-only">{asked.reason ?? t('none')}</div>
        </>
      ),
    },
    { title: t('resendReason'), responsive: ['md'], render: (_, { reason }) => reason ?? t('none') },
    { title: t('askedBy'), render: (_, { askedBy }) => askedBy.name ?? askedBy.subject },
    { title: t('askedAt'), responsive: ['md'], render: (_, { askedAt }) => formatInstant(askedAt, language) },
    { title: t('result'), responsive: ['md'], render: (_, asked) => t('resendCounts', { ...asked }) },
  ];
}

function What({ asked: { scope, value, number } }: { readonly asked: shapes.ExchangeResendAsked }) {
  const { t } = useTranslation('exchange');
  if (scope !== 'record') return <>{t('resendScope', { scope: t(`resendScopes.${scope}`), value })}</>;
  return (
    <Link className="number" to={`/cases/${value}`}>
      {number ?? value}
    </Link>
  );
}
