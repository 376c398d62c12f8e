import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import type { shapes } from '@tongban/console/api';
import { Card, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { HealthTag } from './health-tag.js';
import { nodeHealths } from './link-tree.js';
import { useLinks } from './queries.js';

const pageSize = 10;

/** The node above a city: the gateway, which is no place of the list of divisions. */
const isProvince = (code: string): boolean => /^\d{2}0{10}$/.test(code);

/** The links of this node, the ones that need care first. */
export function LinksCard() {
  const { t } = useTranslation('supervision');
  return (
    <Card title={<h2 className="card-title">{t('links')}</h2>}>
      <Links />
    </Card>
  );
}

const rank = ({ state }: shapes.Link): number => nodeHealths.indexOf(state);

function Links() {
  const { t } = useTranslation('supervision');
  const { data, error, refetch } = useLinks();
  const columns = useColumns();
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.links.length === 0) return <Nothing text={t('noLinks')} />;
  const links = data.links.toSorted((a, b) => rank(a) - rank(b));
  const faulty = links.filter(({ state }) => state !== 'fine').length;
  return (
    <>
      <p role="status">{faulty === 0 ? t('allFine', { count: links.length }) : t('faultyLinks', { count: faulty })}</p>
      <Table<shapes.Link>
        aria-label={t('links')}
        rowKey="peer"
        size="small"
        columns={columns}
        dataSource={links}
        pagination={links.length > pageSize ? { pageSize, showSizeChanger: false } : false}
      />
    </>
  );
}

function useColumns(): TableColumnsType<shapes.Link> {
  const { t } = useTranslation('supervision');
  const language = useLanguage();
  const { divisions } = useSession();
  return [
    {
      title: t('peer'),
      render: (_, { peer }) => (isProvince(peer) ? t('gateway') : divisions.path(peer) || divisions.name(peer)),
    },
    { title: t('health'), render: (_, { state }) => <HealthTag health={state} /> },
    {
      title: t('waiting'),
      align: 'right',
      responsive: ['sm'],
      render: (_, { last, acknowledged }) => Math.max(0, last - acknowledged),
    },
    { title: t('parked'), align: 'right', responsive: ['sm'], dataIndex: 'parked' },
    { title: t('quarantined'), align: 'right', responsive: ['sm'], dataIndex: 'quarantined' },
    {
      title: t('heardAt'),
      responsive: ['md'],
      render: (_, { peerHeardAt }) => (peerHeardAt === null ? t('never') : formatInstant(peerHeardAt, language)),
    },
  ];
}
