import type { shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Nothing, Page, Pager } from '@tongban/console/shared';
import { Input, Select, Table, type TableColumnsType } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { oneOf, useAddress, type Change } from './address.js';
import { ExportButton } from './export-button.js';
import { DepartmentFilter, LevelFilter } from './item-filters.js';
import { tiers } from './matrix/asked.js';
import { useItems, type ItemsQuery } from './queries.js';

const longestQuery = 100;
const types = [
  ...(['power', 'licence', 'penalty', 'compulsion', 'levy', 'benefit'] as const),
  ...(['inspection', 'confirmation', 'award', 'adjudication', 'other', 'publicService'] as const),
];

function askedOf(search: URLSearchParams): ItemsQuery {
  return {
    query: search.get('q')?.slice(0, longestQuery) ?? undefined,
    level: oneOf(tiers, search.get('level')),
    type: oneOf(types, search.get('type')),
    department: search.get('department')?.slice(0, longestQuery) ?? undefined,
    cursor: search.get('cursor') ?? undefined,
  };
}

/** 事项目录: every item that the node sees, by words, tier, type and department. */
export function ItemList() {
  const { t } = useTranslation('catalogue');
  const { person } = useSession();
  const [search, show] = useAddress();
  const asked = askedOf(search);
  const { data, error, isPending, refetch } = useItems(asked);
  const columns = useColumns();
  return (
    <Page title={t('title.items')} actions={person.roles.includes('catalogue-manager') ? <ExportButton /> : undefined}>
      <Filters asked={asked} show={show} />
      {error === null ? (
        <Table<shapes.ItemSummary>
          aria-label={t('title.items')}
          rowKey="code"
          size="middle"
          columns={columns}
          dataSource={data?.items ?? []}
          loading={isPending}
          pagination={false}
          locale={{ emptyText: isPending ? <span /> : <Nothing text={t('noItems')} /> }}
        />
      ) : (
        <Failure error={error} again={() => void refetch()} />
      )}
      <Pager cursor={asked.cursor} next={data?.next} go={(place) => show({ cursor: place })} />
    </Page>
  );
}

interface FiltersProps {
  readonly asked: ItemsQuery;
  readonly show: (changes: Change) => void;
}

function Filters({ asked, show }: FiltersProps) {
  const { t } = useTranslation('catalogue');
  const [words, setWords] = useState(asked.query ?? '');
  // Another address, e.g. by the browser's way back, has other words.
  useEffect(() => setWords(asked.query ?? ''), [asked.query]);
  return (
    <div className="filters" role="search">
      <Input.Search
        className="item-words"
        aria-label={t('words')}
        placeholder={t('words')}
        maxLength={longestQuery}
        value={words}
        onChange={({ target }) => setWords(target.value)}
        enterButton={t('search')}
        onSearch={(typed) => show({ q: typed.trim() })}
      />
      <LevelFilter level={asked.level} show={show} />
      <Select
        className="filter"
        aria-label={t('type')}
        placeholder={t('anyType')}
        allowClear
        value={asked.type}
        onChange={(type?: string) => show({ type })}
        options={types.map((value) => ({ value, label: t(`codes.type.${value}`) }))}
      />
      <DepartmentFilter department={asked.department} show={show} />
    </div>
  );
}

function useColumns(): TableColumnsType<shapes.ItemSummary> {
  const { t } = useTranslation('catalogue');
  return [
    {
      title: t('item'),
      render: (_, { code, name, typeName, level, departmentName }) => (
        <>
          <Link to={`/items/${code}`}>{name}</Link>
          <div className="quiet number">{code}</div>
          <div className="phone-only quiet">
            {typeName} · {t(`codes.level.${level}`)} · {departmentName}
          </div>
        </>
      ),
    },
    {
      title: t('version'),
      responsive: ['md'],
      align: 'right',
      render: (_, { version }) => t('versionNo', { version }),
    },
    { title: t('type'), responsive: ['md'], dataIndex: 'typeName' },
    { title: t('level'), responsive: ['md'], render: (_, { level }) => t(`codes.level.${level}`) },
    { title: t('department'), responsive: ['md'], dataIndex: 'departmentName' },
    {
      title: t('promised'),
      responsive: ['lg'],
      align: 'right',
      render: (_, { promisedDays }) => (promisedDays === 0 ? t('atOnce') : t('days', { count: promisedDays })),
    },
  ];
}
