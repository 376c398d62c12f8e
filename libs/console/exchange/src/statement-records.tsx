import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Nothing, Pager, SaveTable } from '@tongban/console/shared';
import { Card, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordKinds, type PartProps } from './parts.js';
import { useDayRecordPages, useDayRecords, type DayRecords } from './queries.js';

type DayRecord = shapes.ExchangeStatementRecord;

/** Our rows of one kind on the day that is compared, each with its case, where one sees to a difference. */
export function StatementRecords({ day, search, ...rest }: PartProps & { readonly day: string }) {
  const kind = recordKinds.find((each) => each === search.get('kind'));
  return kind === undefined ? null : <Records of={{ day, kind }} search={search} {...rest} />;
}

function Records({ of, profile, search, show }: PartProps & { readonly of: DayRecords }) {
  const { t } = useTranslation('exchange');
  const cursor = search.get('cursor') ?? undefined;
  const { data, error, isPending, refetch } = useDayRecords(profile, of, cursor);
  const page = useDayRecordPages(profile, of);
  const columns = useColumns();
  const language = useLanguage();
  const title = t('recordsOf', { kind: t(`kinds.${of.kind}`) });
  const save = (
    <SaveTable<DayRecord>
      name={`${title} ${of.day}`}
      columns={[
        { title: t('number'), value: ({ number }) => number },
        { title: t('version'), value: ({ dataVersion }) => dataVersion },
        { title: t('outcome'), value: ({ outcome }) => t(`outcomes.${outcome}`) },
        { title: t('late'), value: ({ late }) => (late ? t('late') : '') },
        { title: t('receipt'), value: ({ receipt }) => receipt ?? '' },
        { title: t('receivedAt'), value: ({ receivedAt }) => formatInstant(receivedAt, language) },
      ]}
      page={page}
    />
  );
  return (
    <Card title={<h2 className="card-title">{title}</h2>} extra={save}>
      <p className="quiet">{t('recordsHint')}</p>
      {error === null ? (
        <Table<DayRecord>
          aria-label={title}
          rowKey={({ businessKey, dataVersion }) => `${businessKey} ${dataVersion}`}
          size="small"
          columns={columns}
          dataSource={data?.records ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noRecords')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={cursor} next={data?.next} go={(to) => show({ cursor: to })} />
    </Card>
  );
}

function useColumns(): TableColumnsType<DayRecord> {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  return [
    {
      title: t('number'),
      render: (_, { record, number, dataVersion, receivedAt }) => (
        <>
          <Link className="number" to={`/cases/${record}`}>
            {number}
          </Link>
          <div className="phone-only quiet">
            {t('version')} {dataVersion} · {formatInstant(receivedAt, language)}
          </div>
        </>
      ),
    },
    { title: t('version'), align: 'right', responsive: ['md'], dataIndex: 'dataVersion' },
    {
      title: t('outcome'),
      render: (_, { outcome, late }) => (
        <>
          <Tag color={outcome === 'rejected' ? 'error' : 'success'}>{t(`outcomes.${outcome}`)}</Tag>
          {late ? <Tag color="warning">{t('late')}</Tag> : null}
        </>
      ),
    },
    { title: t('receipt'), responsive: ['md'], dataIndex: 'receipt' },
    { title: t('receivedAt'), responsive: ['md'], render: (_, { receivedAt }) => formatInstant(receivedAt, language) },
  ];
}
