import { call, routes, type shapes } from '@tongban/console/api';
import { formatInstant, officeDay, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Nothing, Page, Pager } from '@tongban/console/shared';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented, Select, Space, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ClockTag } from './clock-tag.js';
import { SaveSheet } from './save-sheet.js';
import { SearchForm } from './search-form.js';
import { Sought, soughtOf } from './sought.js';
import { StateTag } from './state-tag.js';

const pageSize = 50;
const refreshMs = 15_000;
const statuses = ['preReview', 'submitted', 'supplementing', 'accepted', 'approved', 'closed'] as const;
const marks = ['greenChannel', 'majorProject', 'overtime', 'doorToDoor'] as const;

/** Everything, what waits for the person's own hands, and what is due within days or over. */
const views = ['all', 'mine', 'due'] as const;
const soonDays = 2;

const filterOf = (view: (typeof views)[number]) =>
  view === 'mine' ? { awaiting: 'true' as const } : view === 'due' ? { dueBy: officeDay(soonDays) } : {};

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined =>
  all.find((each) => each === text);

/** The work list of the person's node, newest first; what it shows stands in the address, so that it can be passed on. */
export function CaseList() {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const [search, setSearch] = useSearchParams();
  const status = oneOf(statuses, search.get('status'));
  const mark = oneOf(marks, search.get('mark'));
  const cursor = search.get('cursor') ?? undefined;
  const view = oneOf(views, search.get('view')) ?? 'all';
  const sought = soughtOf(search);
  const filter = { status, mark, ...filterOf(view), ...sought };
  const query = { ...filter, cursor, limit: pageSize };
  const list = useQuery({
    queryKey: ['cases', node, query],
    queryFn: ({ signal }) => call(routes.listCases, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
  const columns = useColumns();
  const show = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = new URLSearchParams(search);
    next.delete('cursor');
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    setSearch(next);
  };
  return (
    <Page title={t('title.cases')} actions={<SaveSheet filter={filter} />}>
      <div className="filters">
        <Segmented
          aria-label={t('view')}
          value={view}
          onChange={(value) => show({ view: value === 'all' ? undefined : value })}
          options={views.map((value) => ({ value, label: t(`views.${value}`) }))}
        />
        <Filters status={status} mark={mark} show={show} />
        <SearchForm search={search} show={show} />
        <Sought sought={sought} show={show} />
      </div>
      {list.error === null ? (
        <Table<shapes.Case>
          rowKey="record"
          size="middle"
          columns={columns}
          dataSource={list.data?.cases ?? []}
          loading={list.isPending}
          pagination={false}
          locale={{ emptyText: list.isPending ? <span /> : <Nothing text={t('noCases')} /> }}
        />
      ) : (
        <Failure error={list.error} again={() => void list.refetch()} />
      )}
      <Pager cursor={cursor} next={list.data?.next} go={(to) => show({ cursor: to })} />
    </Page>
  );
}

interface FiltersProps {
  readonly status: (typeof statuses)[number] | undefined;
  readonly mark: (typeof marks)[number] | undefined;
  readonly show: (changes: Readonly<Record<string, string | undefined>>) => void;
}

function Filters({ status, mark, show }: FiltersProps) {
  const { t } = useTranslation('desk');
  return (
    <Space wrap>
      <Select
        className="filter"
        aria-label={t('status')}
        value={status}
        allowClear
        placeholder={t('allStatuses')}
        onChange={(value?: string) => show({ status: value })}
        options={statuses.map((value) => ({ value, label: t(`statuses.${value}`) }))}
      />
      <Select
        className="filter"
        aria-label={t('anyMark')}
        value={mark}
        allowClear
        placeholder={t('anyMark')}
        onChange={(value?: string) => show({ mark: value })}
        options={marks.map((value) => ({ value, label: t(`marks.${value}`) }))}
      />
    </Space>
  );
}

function useColumns(): TableColumnsType<shapes.Case> {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { divisions } = useSession();
  return [
    {
      title: t('number'),
      key: 'number',
      render: (_, { record, number, item, status, closing, clock }) => (
        <>
          <Link className="number" to={`/cases/${record}`}>
            {number}
          </Link>
          <div className="phone-only">
            {item.name} <StateTag status={status} closing={closing} /> <ClockTag clock={clock} />
          </div>
        </>
      ),
    },
    { title: t('item'), key: 'item', responsive: ['md'], render: (_, { item }) => item.name },
    { title: t('status'), key: 'status', responsive: ['md'], render: (_, found) => <StateTag {...found} /> },
    { title: t('clock'), key: 'clock', responsive: ['md'], render: (_, { clock }) => <ClockTag clock={clock} /> },
    {
      title: t('owner'),
      key: 'owner',
      className: 'unit-column',
      responsive: ['md'],
      render: (_, { owner }) => divisions.path(owner) || divisions.name(owner),
    },
    {
      title: t('submittedAt'),
      key: 'submittedAt',
      responsive: ['md'],
      render: (_, { submittedAt }) => formatInstant(submittedAt, language),
    },
  ];
}
