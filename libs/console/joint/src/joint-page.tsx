import { call, routes, type shapes } from '@tongban/console/api';
import { formatDate, formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Descriptions, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { JointGraph } from './graph.js';

const refreshMs = 15_000;

/** One joint case: how its branches hang together, where each stands, whose time it is. */
export function JointPage() {
  const { t } = useTranslation('joint');
  const { record = '' } = useParams();
  const { node } = useSession();
  const found = useQuery({
    queryKey: ['joint-case', node, record],
    queryFn: ({ signal }) => call(routes.getJointCase, { path: { node, record }, signal }),
    refetchInterval: refreshMs,
  });
  if (found.error !== null) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { number, template, stages, branches } = found.data;
  return (
    <Page title={`${template.name} ${number}`}>
      <div className="stacked">
        <Card title={t('facts')}>
          <Facts found={found.data} />
        </Card>
        <Card title={t('graph')}>
          <JointGraph found={found.data} />
          <p className="quiet">{t('legend')}</p>
        </Card>
        {stages.map(({ code, name, opened }) => (
          <Card key={code} title={opened ? name : t('notOpened', { name })}>
            <ul className="rows">
              {branches
                .filter(({ stage }) => stage === code)
                .map((branch) => (
                  <BranchRow key={branch.code} branch={branch} all={branches} />
                ))}
            </ul>
          </Card>
        ))}
      </div>
    </Page>
  );
}

function Facts({ found }: { readonly found: shapes.JointCase }) {
  const { t } = useTranslation('joint');
  const language = useLanguage();
  const { divisions } = useSession();
  const { number, status, closing, owner, openedAt, closedAt, passed, total, clock } = found;
  const due = clock.due === null ? null : formatDate(clock.due.date, language);
  return (
    <Descriptions
      column={{ xs: 1, md: 2 }}
      items={[
        { key: 'number', label: t('number'), children: <span className="number">{number}</span> },
        {
          key: 'status',
          label: t('status'),
          children: closing === null ? t(`statuses.${status}`) : t(`closings.${closing}`),
        },
        { key: 'done', label: t('done'), children: t('doneOf', { passed, total }) },
        {
          key: 'clock',
          label: t('clock'),
          children: (
            <>
              <Tag color={clock.overdue ? 'error' : 'success'}>
                {t('used', { used: clock.usedDays, limit: clock.limitDays })}
              </Tag>{' '}
              {due}
            </>
          ),
        },
        { key: 'owner', label: t('leads'), children: divisions.path(owner) || divisions.name(owner) },
        { key: 'openedAt', label: t('openedAt'), children: formatInstant(openedAt, language) },
        ...(closedAt === null
          ? []
          : [{ key: 'closedAt', label: t('closedAt'), children: formatInstant(closedAt, language) }]),
      ]}
    />
  );
}

const tagColors: Readonly<Partial<Record<shapes.JointBranch['state'], string>>> = {
  ready: 'processing',
  running: 'processing',
  supplementing: 'warning',
  passed: 'success',
  failed: 'error',
  blocked: 'error',
};

interface BranchRowProps {
  readonly branch: shapes.JointBranch;
  readonly all: readonly shapes.JointBranch[];
}

function BranchRow({ branch, all }: BranchRowProps) {
  const { t } = useTranslation('joint');
  const { name, state, stateName, kind, after, inspect, attempts, trouble } = branch;
  const before = all.filter(({ code }) => after.includes(code)).map((one) => one.name);
  return (
    <li>
      <strong>{name}</strong> <Tag color={tagColors[state] ?? 'default'}>{stateName}</Tag>
      <span className="quiet">
        {t(`kinds.${kind}`)}
        {inspect ? ` · ${t('inspected')}` : ''}
        {before.length === 0 ? '' : ` · ${t('after', { names: before.join('、') })}`}
      </span>
      {attempts.map(({ record, number }) => (
        <div key={record}>
          <Link className="number" to={`/cases/${record}`}>
            {number}
          </Link>
        </div>
      ))}
      {trouble === null ? null : <Alert type="warning" showIcon title={trouble.detail} />}
    </li>
  );
}
