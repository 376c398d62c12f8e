import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { PrinterOutlined } from '@ant-design/icons';
import { Button, Card, Segmented, Space } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Breakdown } from './breakdown.js';
import { casesOf, groupsOf, rateText, type Counts, type Period } from './figures.js';
import { LinksCard } from './links-card.js';
import { useFigures } from './queries.js';

/** Periods that end today; the longest is what the server counts at once. */
const spans = [7, 30, 92];
const usualSpan = 30;

/** 运行总览: what came in, where it is, what is late, and whether the links carry it; each figure opens its cases. */
export function Overview() {
  const { t } = useTranslation('supervision');
  const { settings } = useSession();
  const [search, setSearch] = useSearchParams();
  const span = spans.find((days) => String(days) === search.get('days')) ?? usualSpan;
  const period = { from: officeDay(1 - span), to: officeDay() };
  const actions = (
    <Space wrap>
      <Segmented
        aria-label={t('period')}
        value={span}
        onChange={(days) => setSearch({ days: String(days) })}
        options={spans.map((days) => ({ value: days, label: t('lastDays', { days }) }))}
      />
      <Button icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
        {t('print')}
      </Button>
    </Space>
  );
  return (
    <Page title={t('title.overview')} actions={actions}>
      <Figures period={period} />
      {settings.features.includes('links') ? <LinksCard /> : null}
    </Page>
  );
}

function Figures({ period: { from, to } }: { readonly period: Period }) {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  const { data, error, refetch } = useFigures(from, to);
  const groups = useMemo(
    () =>
      data &&
      groupsOf(
        data,
        { from, to },
        {
          place: (code) => divisions.path(code) || divisions.name(code),
          status: (status) => t(`statuses.${status as 'closed'}`),
        },
      ),
    [data, from, to, divisions, t],
  );
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined || groups === undefined) return <Loading />;
  return (
    <>
      <Totals total={data.total} period={{ from, to }} />
      <div className="figures">
        <Breakdown title={t('byItem')} what={t('item')} kind="bars" groups={groups.items} />
        <Breakdown title={t('byOwner')} what={t('owner')} kind="bars" groups={groups.owners} />
        <Breakdown title={t('byStatus')} what={t('status')} kind="ring" groups={groups.statuses} />
        <Breakdown title={t('byDay')} what={t('day')} kind="line" groups={groups.days} />
      </div>
    </>
  );
}

function Totals({ total, period }: { readonly total: Counts; readonly period: Period }) {
  const { t } = useTranslation('supervision');
  const figures = [
    { name: t('cases'), value: total.cases, to: casesOf(period) },
    { name: t('concluded'), value: total.concluded, to: casesOf(period, { status: 'closed' }) },
    { name: t('onTimeRate'), value: rateText(total) ?? t('noneConcluded'), to: casesOf(period, { late: 'true' }) },
    { name: t('overdue'), value: total.overdue, to: casesOf(period, { dueBy: officeDay(-1) }) },
  ];
  return (
    <Card className="totals">
      <dl>
        {figures.map(({ name, value, to }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Link to={to}>{value}</Link>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
