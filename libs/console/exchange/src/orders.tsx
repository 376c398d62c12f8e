import type { shapes } from '@tongban/console/api';
import { formatDate, formatInstant, officeDay, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Pager, SaveTable } from '@tongban/console/shared';
import { Space, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AnswerOrder } from './answer-order.js';
import { OrderContent } from './order-content.js';
import { orderStates, type PartProps } from './parts.js';
import { useOrderPages, useOrders, type OrderState } from './queries.js';
import { StateFilter } from './state-filter.js';

type Order = shapes.ExchangeOrder;

const colors: Readonly<Record<OrderState, string>> = {
  ...{ open: 'warning', answered: 'success', unknown: 'default', unsupported: 'default' },
  ...{ accepted: 'success', refused: 'error' },
};

/** 省级督办: what the province wants to know about a case and by when, the most urgent first, and what was answered. */
export function Orders({ profile, search, show }: PartProps) {
  const { t } = useTranslation('exchange');
  const state = orderStates.find((each) => each === search.get('state'));
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useOrders(profile, state, cursor);
  const columns = useColumns(profile);
  return (
    <section className="reports" aria-label={t('views.orders')}>
      <Space wrap>
        <StateFilter
          states={orderStates}
          state={state}
          nameOf={(value) => t(`orderStates.${value}`)}
          show={(value) => show({ state: value })}
        />
        <Save profile={profile} state={state} />
      </Space>
      {error === null ? (
        <Table<Order>
          aria-label={t('views.orders')}
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={data?.orders ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noOrders')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={cursor} next={data?.next} go={(to) => show({ cursor: to })} />
    </section>
  );
}

function useColumns(profile: PartProps['profile']): TableColumnsType<Order> {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  return [
    {
      title: t('number'),
      render: (_, order) => (
        <>
          <OrderCase order={order} /> <Tag color={colors[order.state]}>{t(`orderStates.${order.state}`)}</Tag>
          <div className="phone-only">
            <Due order={order} />
            <OrderContent order={order} profile={profile} />
            <AnswerOrder order={order} profile={profile} />
          </div>
        </>
      ),
    },
    {
      title: t('orderContent'),
      responsive: ['md'],
      render: (_, order) => <OrderContent order={order} profile={profile} />,
    },
    { title: t('orderDue'), responsive: ['md'], render: (_, order) => <Due order={order} /> },
    {
      title: t('orderAnswer'),
      responsive: ['md'],
      render: (_, { answeredAt, told }) =>
        answeredAt === null ? (
          t('none')
        ) : (
          <>
            {formatInstant(answeredAt, language)}{' '}
            <span className="quiet">{t(told ? 'orderTold' : 'orderOnTheWay')}</span>
          </>
        ),
    },
    { title: t('act'), responsive: ['md'], render: (_, order) => <AnswerOrder order={order} profile={profile} /> },
  ];
}

function OrderCase({ order: { record, number } }: { readonly order: Order }) {
  const { t } = useTranslation('exchange');
  if (record === null) return <span className="number">{number ?? t('none')}</span>;
  return (
    <Link className="number" to={`/cases/${record}`}>
      {number ?? record}
    </Link>
  );
}

/** The day by which an answer is owed; in words where it has passed. */
function Due({ order: { due, state } }: { readonly order: Order }) {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  if (due === null) return <>{t('noDue')}</>;
  const isLate = state === 'open' && due < officeDay();
  return (
    <>
      {formatDate(due, language)} {isLate ? <Tag color="error">{t('orderLate')}</Tag> : null}
    </>
  );
}

function Save({ profile, state }: { readonly profile: PartProps['profile']; readonly state: OrderState | undefined }) {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  const page = useOrderPages(profile, state);
  const instant = (at: string | null) => (at === null ? '' : formatInstant(at, language));
  return (
    <SaveTable<Order>
      name={t('views.orders')}
      columns={[
        { title: t('number'), value: ({ number }) => number ?? '' },
        { title: t('state'), value: (order) => t(`orderStates.${order.state}`) },
        { title: t('orderIssued'), value: ({ issuedAt }) => instant(issuedAt) },
        { title: t('orderDue'), value: ({ due }) => due ?? '' },
        { title: t('orderAnswer'), value: ({ answeredAt }) => instant(answeredAt) },
      ]}
      page={page}
    />
  );
}
