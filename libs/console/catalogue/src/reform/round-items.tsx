import { Failure, Nothing } from '@tongban/console/shared';
import { Card, Pagination, Switch, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAddress } from '../address.js';
import { reformItemsPage, useRoundItems, type RoundItem } from './reform-queries.js';

const pageForm = /^[1-9]\d{0,4}$/;

/** Every item of the stated set: days, materials, steps and visits before and after. */
export function RoundItems({ round }: { readonly round: string }) {
  const { t } = useTranslation('catalogue');
  const [search, show] = useAddress();
  const changed = search.get('all') === null;
  const given = search.get('page') ?? '';
  const page = pageForm.test(given) ? Number(given) : 1;
  const { data, error, isPending, refetch } = useRoundItems(round, changed, page);
  const columns = useColumns();
  return (
    <Card
      title={<h2 className="card-title">{t('reform.eachItem')}</h2>}
      extra={
        <label className="on-day">
          <span>{t('reform.onlyChanged')}</span>
          <Switch checked={changed} onChange={(only) => show({ all: only ? undefined : 'yes', page: undefined })} />
        </label>
      }
    >
      {error === null ? (
        <Table<RoundItem>
          aria-label={t('reform.eachItem')}
          rowKey="code"
          size="small"
          columns={columns}
          dataSource={data?.items ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noItems')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      {(data?.total ?? 0) > reformItemsPage ? (
        <Pagination
          className="pager"
          size="small"
          showSizeChanger={false}
          current={page}
          pageSize={reformItemsPage}
          total={data?.total ?? 0}
          onChange={(next) => show({ page: next === 1 ? undefined : String(next) })}
        />
      ) : null}
    </Card>
  );
}

const measures = ['promisedDays', 'materials', 'steps', 'visits'] as const;
type Measure = (typeof measures)[number];

function useColumns(): TableColumnsType<RoundItem> {
  const { t } = useTranslation('catalogue');
  return [
    {
      title: t('item'),
      render: (_, item) => (
        <>
          <Link to={`/items/${item.code}`}>{item.name}</Link>
          <div className="quiet">
            {item.group}
            {item.changes.length === 0
              ? null
              : ` · ${item.changes.map((kind) => t(`reform.kinds.${kind}`)).join(t('list'))}`}
          </div>
          <dl className="phone-only sides">
            {measures.map((measure) => (
              <div key={measure}>
                <dt>{t(`reform.measures.${measure}`)}</dt>
                <dd>
                  <Sides item={item} measure={measure} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      ),
    },
    ...measures.map((measure) => ({
      key: measure,
      title: t(`reform.measures.${measure}`),
      responsive: ['md' as const],
      align: 'right' as const,
      render: (_: unknown, item: RoundItem) => <Sides item={item} measure={measure} />,
    })),
  ];
}

/** `10 → 4`, in words for whoever listens; bold where it changes. */
function Sides({ item: { before, after }, measure }: { readonly item: RoundItem; readonly measure: Measure }) {
  const { t } = useTranslation('catalogue');
  const first = before[measure];
  if (after === undefined) {
    return (
      <span className="number">
        {first ?? t('nothingSaid')} → <strong>{t('reform.cancelled')}</strong>
      </span>
    );
  }
  const last = after[measure];
  if (first === last) return <span className="number quiet">{first ?? t('nothingSaid')}</span>;
  return (
    <span className="number">
      <span aria-hidden>
        {first ?? t('nothingSaid')} → <strong>{last ?? t('nothingSaid')}</strong>
      </span>
      <span className="for-readers">
        {t('reform.fromTo', { from: first ?? t('nothingSaid'), to: last ?? t('nothingSaid') })}
      </span>
    </span>
  );
}
