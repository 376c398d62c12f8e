import { Nothing, SaveTable } from '@tongban/console/shared';
import { Card, Segmented, Table, type TableColumnsType } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { optionOf, heightOf, type ChartKind } from './chart-option.js';
import { rateText, type Group } from './figures.js';

const Chart = lazy(async () => ({ default: (await import('./chart.js')).Chart }));

/** Bars that can be told apart on one screen; the table has all. */
const maxBars = 10;

interface BreakdownProps {
  readonly title: string;
  /** The heading of the first column. */
  readonly what: string;
  readonly kind: ChartKind;
  readonly groups: readonly Group[];
}

/** Figures by one thing, as a picture or as a table; both lead to the cases behind a figure. */
export function Breakdown({ title, what, kind, groups }: BreakdownProps) {
  const { t } = useTranslation('supervision');
  const navigate = useNavigate();
  const [shown, setShown] = useState<'chart' | 'table'>('chart');
  const drawn = useMemo(() => (kind === 'bars' ? groups.slice(0, maxBars) : groups), [groups, kind]);
  const option = useMemo(() => optionOf(kind, drawn, { cases: t('cases'), overdue: t('overdue') }), [kind, drawn, t]);
  const pick = (
    <Segmented
      size="small"
      aria-label={t('view', { title })}
      value={shown}
      onChange={setShown}
      options={[
        { value: 'chart', label: t('asChart') },
        { value: 'table', label: t('asTable') },
      ]}
    />
  );
  return (
    <Card title={<h2 className="card-title">{title}</h2>} extra={groups.length === 0 ? null : pick}>
      {groups.length === 0 ? (
        <Nothing text={t('noCases')} />
      ) : (
        <>
          {shown === 'chart' ? (
            <Suspense fallback={<div style={{ height: heightOf(kind, drawn.length) }} />}>
              <Chart
                option={option}
                height={heightOf(kind, drawn.length)}
                choose={(index) => void navigate(drawn[index]!.to)}
              />
            </Suspense>
          ) : null}
          {shown === 'chart' && drawn.length < groups.length ? (
            <p className="quiet">{t('topOf', { shown: drawn.length })}</p>
          ) : null}
          <div className={shown === 'chart' ? 'for-readers' : undefined}>
            <Groups what={what} groups={shown === 'chart' ? drawn : groups} title={title} />
          </div>
          {shown === 'chart' ? null : <Save what={what} groups={groups} title={title} />}
        </>
      )}
    </Card>
  );
}

function Save({ what, groups, title }: Pick<BreakdownProps, 'what' | 'groups' | 'title'>) {
  const { t } = useTranslation('supervision');
  return (
    <SaveTable<Group>
      name={title}
      columns={[
        { title: what, value: ({ name }) => name },
        { title: t('cases'), value: ({ cases }) => cases },
        { title: t('concluded'), value: ({ concluded }) => concluded },
        { title: t('onTimeRate'), value: (group) => rateText(group) ?? '' },
        { title: t('overdue'), value: ({ overdue }) => overdue },
      ]}
      page={() => Promise.resolve({ rows: groups, next: null })}
    />
  );
}

function Groups({ what, groups, title }: Pick<BreakdownProps, 'what' | 'groups' | 'title'>) {
  const { t } = useTranslation('supervision');
  const columns: TableColumnsType<Group> = [
    { title: what, dataIndex: 'name' },
    {
      title: t('cases'),
      align: 'right',
      render: (_, { to, name, cases }) => (
        <Link to={to} aria-label={t('open', { name, count: cases })}>
          {cases}
        </Link>
      ),
    },
    {
      title: t('onTimeRate'),
      align: 'right',
      render: (_, group) => rateText(group) ?? <span className="quiet">{t('noneConcluded')}</span>,
    },
    { title: t('overdue'), align: 'right', dataIndex: 'overdue' },
  ];
  return (
    <Table<Group>
      aria-label={title}
      rowKey="key"
      size="small"
      columns={columns}
      dataSource={[...groups]}
      pagination={false}
    />
  );
}
