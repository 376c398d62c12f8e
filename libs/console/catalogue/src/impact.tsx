import type { shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { Alert, Card, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Changes } from './changes.js';
import { tiers } from './matrix/asked.js';
import { useImpact } from './queries.js';

const rowsPerPage = 10;

/** 发布前的影响: what would change, which cases run, who works by the version in force, which nodes hold an old state. */
export function Impact({ draft }: { readonly draft: string }) {
  const { t } = useTranslation('catalogue');
  return (
    <Card title={<h2 className="card-title">{t('impact')}</h2>} className="totals">
      <Read draft={draft} />
    </Card>
  );
}

function Read({ draft }: { readonly draft: string }) {
  const { t } = useTranslation('catalogue');
  const { data, error, refetch } = useImpact(draft);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const { inForce, changes, overlaps, uses, holders } = data;
  const running = uses.cases.reduce((sum, { running: more }) => sum + more, 0);
  const old = holders.behind.reduce((sum, { nodes }) => sum + nodes, 0);
  const silent = holders.silent.reduce((sum, { nodes }) => sum + nodes, 0) + holders.unheard;
  const figures = [
    { name: t('runningCases'), value: uses.casesCounted ? running : t('notCounted') },
    { name: t('delegations'), value: uses.delegations.length },
    { name: t('holdNewest'), value: t('ofTotal', { count: holders.newest, total: holders.total }) },
    { name: t('holdOld'), value: old },
    { name: t('outOfReach'), value: silent },
  ];
  return (
    <div className="stacked">
      {overlaps === undefined ? null : <Alert type="error" showIcon title={t('overlaps', { version: overlaps })} />}
      <dl>
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t(running > 0 ? 'casesStay' : 'noCasesRun')}</p>
      <h3 className="card-title">{inForce === undefined ? t('newItem') : t('changesAgainst', { version: inForce })}</h3>
      {inForce === undefined ? null : changes.length === 0 ? (
        <Nothing text={t('noChanges')} />
      ) : (
        <Changes changes={changes} label={t('changesAgainst', { version: inForce })} />
      )}
      <Cases cases={uses.cases} />
      <Workers workers={data.workers} />
      <OldHolders behind={holders.behind} />
    </div>
  );
}

const pagesOf = (rows: number) => (rows > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false);

type Running = shapes.RecordUses['cases'][number];

function Cases({ cases }: { readonly cases: readonly Running[] }) {
  const { t } = useTranslation('catalogue');
  const place = usePlaceName();
  const columns: TableColumnsType<Running> = [
    { title: t('owner'), render: (_, { node }) => place(node) },
    { title: t('version'), align: 'right', render: (_, { version }) => t('versionNo', { version }) },
    { title: t('runningCases'), align: 'right', dataIndex: 'running' },
  ];
  if (cases.length === 0) return null;
  return (
    <Table<Running>
      aria-label={t('runningCases')}
      rowKey={({ node, version }) => `${node}@${version}`}
      size="small"
      columns={columns}
      dataSource={[...cases]}
      pagination={pagesOf(cases.length)}
    />
  );
}

type Worker = shapes.DraftImpact['workers'][number];

/** Who handles cases of the item, and how far, by right or by delegation. */
function Workers({ workers }: { readonly workers: readonly Worker[] }) {
  const { t } = useTranslation('catalogue');
  const place = usePlaceName();
  const columns: TableColumnsType<Worker> = [
    { title: t('handledBy'), render: (_, worker) => place(worker.place) },
    {
      title: t('powers'),
      render: (_, { powers }) => powers.map((power) => t(`codes.power.${power}`)).join(t('list')),
    },
  ];
  return (
    <Table<Worker>
      aria-label={t('handledBy')}
      rowKey="place"
      size="small"
      columns={columns}
      dataSource={[...workers]}
      pagination={pagesOf(workers.length)}
    />
  );
}

/** The nodes that still work by an earlier state of the catalogue: the ones that the host names. */
function OldHolders({ behind }: { readonly behind: shapes.DraftImpact['holders']['behind'] }) {
  const { t } = useTranslation('catalogue');
  const place = usePlaceName();
  if (behind.length === 0) return null;
  return (
    <details>
      <summary>{t('whoHoldsOld')}</summary>
      <ul className="reasons">
        {behind.map(({ versions, nodes, named }) => (
          <li key={versions}>
            {t('holdersOf', { versions, nodes, named: named.map(place).join(t('list')) })}
            {nodes > named.length ? t('andMore', { count: nodes - named.length }) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** A tier as a whole, or one division. */
function usePlaceName(): (place: string) => string {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  return (place) =>
    tiers.some((tier) => tier === place)
      ? t('wholeTier', { tier: t(`codes.level.${place}`) })
      : divisions.path(place) || divisions.name(place);
}
