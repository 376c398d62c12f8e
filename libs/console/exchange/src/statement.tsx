import { officeDay } from '@tongban/console/language';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { Alert, Input, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';
import { useStatement, type Profile } from './queries.js';
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
        onChange={({ target }) => show({ day: target.value === '' ? undefined : target.value })}
      />
      <Compared profile={profile} day={day} />
    </section>
  );
}

function Compared({ profile, day }: { readonly profile: Profile | undefined; readonly day: string }) {
  const { t } = useTranslation('exchange');
  const { data, error, refetch } = useStatement(profile, day);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const rows = statementRows(data);
  const differing = data.differences.length;
  const side = (counted: StatementRow['ours']) => (counted === undefined ? t('none') : t('amount', { ...counted }));
  const columns: TableColumnsType<StatementRow> = [
    { title: t('kind'), render: (_, { kind }) => t(`kinds.${kind as 'accept'}`, { defaultValue: kind }) },
    { title: `${t('ours')}${t('counts')}`, align: 'right', render: (_, { ours }) => side(ours) },
    { title: `${t('theirs')}${t('counts')}`, align: 'right', render: (_, { theirs }) => side(theirs) },
    {
      title: t('result'),
      render: (_, { differs }) => <Tag color={differs ? 'error' : 'success'}>{t(differs ? 'different' : 'same')}</Tag>,
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
