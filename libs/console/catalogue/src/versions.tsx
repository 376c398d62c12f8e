import type { shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { Alert, Select, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Change } from './address.js';
import { Changes } from './changes.js';
import { pairOf } from './pair.js';
import { useComparison } from './queries.js';

type Version = shapes.ItemHistory['versions'][number];

const colors = { upcoming: 'processing', inForce: 'success', ended: 'default', withdrawn: 'error' } as const;

interface VersionsProps {
  readonly code: string;
  readonly history: shapes.ItemHistory;
  readonly search: URLSearchParams;
  readonly show: (changes: Change) => void;
}

/** 版本: when each applies, and any two of them field by field. */
export function Versions({ code, history, search, show }: VersionsProps) {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const { divisions } = useSession();
  const columns = useColumns();
  const { publisher, versions, withdrawal } = history;
  return (
    <div className="reports">
      {withdrawal === undefined ? null : (
        <Alert
          type="warning"
          showIcon
          title={t('withdrawnOn', { day: formatDate(withdrawal.on, language) })}
          description={withdrawal.reason}
        />
      )}
      <p className="quiet">{t('publishedBy', { place: divisions.path(publisher) || divisions.name(publisher) })}</p>
      <Table<Version>
        aria-label={t('views.versions')}
        rowKey="version"
        size="small"
        columns={columns}
        dataSource={versions}
        pagination={false}
      />
      {versions.length < 2 ? (
        <p className="quiet">{t('oneVersion')}</p>
      ) : (
        <Comparison code={code} versions={versions} search={search} show={show} />
      )}
    </div>
  );
}

function useColumns(): TableColumnsType<Version> {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const days = (from: string, to: string | undefined) =>
    to === undefined
      ? t('since', { from: formatDate(from, language) })
      : t('fromTo', { from: formatDate(from, language), to: formatDate(to, language) });
  return [
    {
      title: t('version'),
      render: (_, { version, phase, validFrom, validTo }) => (
        <>
          {t('versionNo', { version })} <Tag color={colors[phase]}>{t(`phases.${phase}`)}</Tag>
          <div className="phone-only quiet">{days(validFrom, validTo)}</div>
        </>
      ),
    },
    { title: t('name'), responsive: ['md'], dataIndex: 'name' },
    { title: t('validity'), responsive: ['md'], render: (_, { validFrom, validTo }) => days(validFrom, validTo) },
    {
      title: t('applies'),
      responsive: ['lg'],
      render: (_, { appliesFrom, appliesUntil }) =>
        appliesFrom === undefined
          ? t('nothingSaid')
          : appliesUntil === undefined
            ? t('since', { from: formatDate(appliesFrom, language) })
            : t('until', { from: formatDate(appliesFrom, language), until: formatDate(appliesUntil, language) }),
    },
  ];
}

interface ComparisonProps extends Omit<VersionsProps, 'history'> {
  readonly versions: readonly Version[];
}

function Comparison({ code, versions, search, show }: ComparisonProps) {
  const { t } = useTranslation('catalogue');
  const numbers = versions.map(({ version }) => version);
  const { from, to } = pairOf(numbers, search.get('from'), search.get('to'));
  const { data, error, isPending, refetch } = useComparison(code, from, to);
  const options = numbers.map((version) => ({ value: version, label: t('versionNo', { version }) }));
  const side = (name: 'from' | 'to', value: number | undefined) => (
    <Select
      className="filter"
      aria-label={t(name === 'from' ? 'before' : 'after')}
      value={value}
      onChange={(version) => show({ from: String(from), to: String(to), [name]: String(version) })}
      options={options}
    />
  );
  return (
    <section aria-labelledby="comparison">
      <h2 id="comparison" className="card-title">
        {t('comparison')}
      </h2>
      <div className="filters">
        {side('from', from)}
        {side('to', to)}
      </div>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {isPending ? <Loading /> : null}
      {data?.changes.length === 0 ? <Nothing text={t('noChanges')} /> : null}
      {data === undefined || data.changes.length === 0 ? null : (
        <>
          <p role="status">{t('changeCount', { count: data.changes.length })}</p>
          <Changes changes={data.changes} label={t('comparison')} />
        </>
      )}
    </section>
  );
}
