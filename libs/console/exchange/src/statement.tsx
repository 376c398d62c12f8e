import { officeDay } from '@tongban/console/language';
import { Failure, Loading, Nothing, SaveTable } from '@tongban/console/shared';
import { Alert, Button, Input, Space, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';
import { useStatement } from './queries.js';
import { StatementRecords } from './statement-records.js';
import { statementRows, type StatementRow } from './statement-rows.js';

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** 日对账: what both sides counted on a day. */
export function Statement({ profile, search, show }: PartProps) {
  const { t } = useTranslation('exchange');
  const given = search.get('day') ?? '';
  const day = dayForm.test(given) ? given : officeDay();
  return (
    <section className="reports" aria-label={t('views.statement')}>
      <Input
        type="date"
        className="day"
        aria-label={t('day')}
        value={day}
        max={officeDay()}
        onChange={({ target }) => show({ day: target.value === '' ? undefined : target.value, kind: undefined })}
      />
      <Compared profile={profile} day={day} show={show} />
      <StatementRecords profile={profile} search={search} show={show} day={day} />
    </section>
  );
}

interface ComparedProps extends Pick<PartProps, 'profile' | 'show'> {
  readonly day: string;
}

function Compared({ profile, day, show }: ComparedProps) {
  const { t } = useTranslation('exchange');
  const { data, error, refetch } = useStatement(profile, day);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const rows = statementRows(data);
  const differing = data.differences.length;
  const nameOf = (kind: string): string => t(`kinds.${kind as 'accept'}`, { defaultValue: kind });
  const side = (counted: StatementRow['ours']) => (counted === undefined ? t('none') : t('amount', { ...counted }));
  const columns: TableColumnsType<StatementRow> = [
    { title: t('kind'), render: (_, { kind }) => nameOf(kind) },
    { title: `${t('ours')}${t('counts')}`, align: 'right', render: (_, { ours }) => side(ours) },
    { title: `${t('theirs')}${t('counts')}`, align: 'right', render: (_, { theirs }) => side(theirs) },
    {
      title: t('result'),
      render: (_, { differs }) => <Tag color={differs ? 'error' : 'success'}>{t(differs ? 'different' : 'same')}</Tag>,
    },
    {
      title: t('records'),
      render: (_, { kind, ours }) => {
        const count = (ours?.acknowledged ?? 0) + (ours?.rejected ?? 0);
        return count === 0 ? (
          t('none')
        ) : (
          <Button
            type="link"
            size="small"
            className="figure"
            aria-label={t('showRecords', { kind: nameOf(kind), count })}
            onClick={() => show({ kind })}
          >
            {count}
          </Button>
        );
      },
    },
  ];
  if (rows.length === 0) return <Nothing text={t('noStatement')} />;
  return (
    <>
      <Alert
        type={differing === 0 ? 'success' : 'error'}
        showIcon
        title={differing === 0 ? t('agreed', { count: rows.length }) : t('differing', { count: differing })}
      />
      <Space>
        <SaveTable<StatementRow>
          name={`${t('views.statement')} ${day}`}
          columns={[
            { title: t('kind'), value: ({ kind }) => nameOf(kind) },
            { title: `${t('ours')}${t('counts')}`, value: ({ ours }) => side(ours) },
            { title: `${t('theirs')}${t('counts')}`, value: ({ theirs }) => side(theirs) },
            { title: t('result'), value: ({ differs }) => t(differs ? 'different' : 'same') },
          ]}
          page={() => Promise.resolve({ rows, next: null })}
        />
      </Space>
      <Table<StatementRow>
        aria-label={t('views.statement')}
        rowKey="kind"
        size="small"
        columns={columns}
        dataSource={rows}
        pagination={false}
      />
    </>
  );
}
