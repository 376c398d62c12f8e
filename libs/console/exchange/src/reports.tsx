import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Pager, SaveTable } from '@tongban/console/shared';
import { Space, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { reportStates, type PartProps } from './parts.js';
import { useReports, useReportPages, type ReportState } from './queries.js';
import { Resend } from './resend.js';
import { StateFilter } from './state-filter.js';

const colors: Readonly<Record<ReportState, string>> = {
  ...{ rejected: 'error', held: 'warning', pending: 'processing', sent: 'processing' },
  ...{ acknowledged: 'success', idle: 'default' },
};

/** The reports, those that have stood longest first, with what holds them up. */
export function Reports({ profile, search, show }: PartProps) {
  const { t } = useTranslation('exchange');
  const given = search.get('state');
  const state = reportStates.find((each) => each === given);
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useReports(profile, state, cursor);
  const columns = useColumns(profile);
  return (
    <section className="reports" aria-label={t('views.reports')}>
      <Space wrap>
        <StateFilter
          states={reportStates}
          state={state}
          nameOf={(value) => t(`states.${value}`)}
          show={(value) => show({ state: value })}
        />
        <Save profile={profile} state={state} />
      </Space>
      {error === null ? (
        <Table<shapes.ExchangeReport>
          aria-label={t('views.reports')}
          rowKey="record"
          size="small"
          columns={columns}
          dataSource={data?.reports ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noReports')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={cursor} next={data?.next} go={(to) => show({ cursor: to })} />
    </section>
  );
}

/** All reports of the state that is shown, page by page. */
function Save({ profile, state }: { readonly profile: PartProps['profile']; readonly state: ReportState | undefined }) {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  const page = useReportPages(profile, state);
  return (
    <SaveTable<shapes.ExchangeReport>
      name={t('views.reports')}
      columns={[
        { title: t('number'), value: ({ number }) => number },
        { title: t('state'), value: (report) => t(`states.${report.state}`) },
        { title: t('since'), value: ({ since }) => formatInstant(since, language) },
        { title: t('version'), value: ({ dataVersion }) => dataVersion },
        { title: t('receipt'), value: ({ receipt }) => receipt ?? '' },
        {
          title: t('reason'),
          value: ({ held, problems, trouble }) =>
            [...[...held, ...problems].map(({ message }) => message), ...(trouble === null ? [] : [trouble])].join(
              '；',
            ),
        },
      ]}
      page={page}
    />
  );
}

function useColumns(profile: PartProps['profile']): TableColumnsType<shapes.ExchangeReport> {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  return [
    {
      title: t('number'),
      render: (_, report) => (
        <>
          <Link className="number" to={`/cases/${report.record}`}>
            {report.number}
          </Link>{' '}
          <Tag color={colors[report.state]}>{t(`states.${report.state}`)}</Tag>
          <div className="phone-only">
            <Reasons report={report} />
            <Resend report={report} profile={profile} />
          </div>
        </>
      ),
    },
    { title: t('since'), responsive: ['md'], render: (_, { since }) => formatInstant(since, language) },
    { title: t('reason'), responsive: ['md'], render: (_, report) => <Reasons report={report} /> },
    { title: t('toDo'), responsive: ['md'], render: (_, { state }) => t(`advice.${state}`) },
    { title: t('act'), responsive: ['md'], render: (_, report) => <Resend report={report} profile={profile} /> },
  ];
}

/** The platform's own words, or ours where nothing went out. */
function Reasons({
  report: { held, problems, trouble, attempts, nextAt },
}: {
  readonly report: shapes.ExchangeReport;
}) {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  const told = [
    ...[...held, ...problems].map(({ field, message }) =>
      field === '' ? message : t('field', { field, text: message }),
    ),
    ...(trouble === null ? [] : [trouble]),
    ...(nextAt === null ? [] : [t('tried', { count: attempts, at: formatInstant(nextAt, language) })]),
  ];
  if (told.length === 0) return null;
  return (
    <ul className="reasons">
      {told.map((text, index) => (
        <li key={`${index} ${text}`}>{text}</li>
      ))}
    </ul>
  );
}
