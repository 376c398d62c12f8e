import { call, routes, type shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Nothing, Page, Pager } from '@tongban/console/shared';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Progress, Select, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

const pageSize = 50;
const statuses = ['open', 'closed'] as const;

/** Joint cases that this node leads. */
export function JointList() {
  const { t } = useTranslation('joint');
  const { node } = useSession();
  const [search, setSearch] = useSearchParams();
  const status = statuses.find((each) => each === search.get('status'));
  const cursor = search.get('cursor') ?? undefined;
  const query = { status, cursor, limit: pageSize };
  const list = useQuery({
    queryKey: ['joint-cases', node, query],
    queryFn: ({ signal }) => call(routes.listJointCases, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns();
  const show = (changed: { readonly status?: string | undefined; readonly cursor?: string | undefined }) => {
    const asked: Readonly<Record<string, string | undefined>> = { status, ...changed };
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) next.set(name, value);
    setSearch(next);
  };
  const filter = (
    <Select
      className="filter"
      aria-label={t('status')}
      value={status}
      allowClear
      placeholder={t('allStatuses')}
      onChange={(value?: string) => show({ status: value })}
      options={statuses.map((value) => ({ value, label: t(`statuses.${value}`) }))}
    />
  );
  return (
    <Page title={t('title.joint-cases')} actions={filter}>
      {list.error === null ? (
        <Table<shapes.JointCaseSummary>
          rowKey="record"
          columns={columns}
          dataSource={list.data?.cases ?? []}
          loading={list.isPending}
          pagination={false}
          locale={{ emptyText: list.isPending ? <span /> : <Nothing text={t('none')} /> }}
        />
      ) : (
        <Failure error={list.error} again={() => void list.refetch()} />
      )}
      <Pager cursor={cursor} next={list.data?.next} go={(to) => show({ cursor: to })} />
    </Page>
  );
}

function useColumns(): TableColumnsType<shapes.JointCaseSummary> {
  const { t } = useTranslation('joint');
  const language = useLanguage();
  const standing = ({ status, closing }: shapes.JointCaseSummary) => (
    <Tag color={closing === 'refused' ? 'error' : status === 'open' ? 'processing' : 'default'}>
      {closing === null ? t(`statuses.${status}`) : t(`closings.${closing}`)}
    </Tag>
  );
  return [
    {
      title: t('number'),
      key: 'number',
      render: (_, joint) => (
        <>
          <Link className="number" to={`/joint-cases/${joint.record}`}>
            {joint.number}
          </Link>
          <div className="phone-only">{joint.template.name}</div>
          <div className="phone-only">{standing(joint)}</div>
        </>
      ),
    },
    { title: t('name'), key: 'name', responsive: ['md'], render: (_, { template }) => template.name },
    { title: t('status'), key: 'status', responsive: ['md'], render: (_, joint) => standing(joint) },
    {
      title: t('done'),
      key: 'done',
      responsive: ['md'],
      render: (_, { passed, total }) => (
        <Progress
          className="share"
          aria-label={t('doneOf', { passed, total })}
          percent={total === 0 ? 0 : Math.round((passed / total) * 100)}
          format={() => `${passed}/${total}`}
          size="small"
        />
      ),
    },
    {
      title: t('openedAt'),
      key: 'openedAt',
      responsive: ['md'],
      render: (_, { openedAt }) => formatInstant(openedAt, language),
    },
  ];
}
