import { formatClock } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing, Page, SaveTable } from '@tongban/console/shared';
import { Alert, Button, Card, Input, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { HealthTag } from './health-tag.js';
import { LinksCard } from './links-card.js';
import { LinkBranches, LinkRows } from './link-rows.js';
import { countsOf, linkTreeOf, nodeHealths, nodesIn, type LinkNode, type NodeHealth } from './link-tree.js';
import { useLinkMap } from './queries.js';

/** 链路图: every link of the tree below, the worst first, folded to what one can overlook. */
export function LinkPage() {
  const { t } = useTranslation('supervision');
  const { divisions, node } = useSession();
  const { data, error, refetch, dataUpdatedAt } = useLinkMap();
  const tree = useMemo(() => data && linkTreeOf(node, divisions.below(node), data), [data, divisions, node]);
  return (
    <Page title={t('title.links')} actions={tree === undefined ? null : <Save tree={tree} />}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {tree === undefined || data === undefined ? (
        error === null ? (
          <Loading />
        ) : null
      ) : (
        <>
          <Totals tree={tree} />
          {data.omitted === 0 ? null : <Alert type="warning" showIcon title={t('omitted', { count: data.omitted })} />}
          <p className="quiet">{t('seenAt', { at: formatClock(dataUpdatedAt) })}</p>
          <Found tree={tree} />
        </>
      )}
      <LinksCard />
    </Page>
  );
}

function useAddress() {
  const [search, setSearch] = useSearchParams();
  const show = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    setSearch(next, { replace: true });
  };
  return { search, show };
}

/** How many links are how; each leads to the list of them. */
function Totals({ tree }: { readonly tree: readonly LinkNode[] }) {
  const { t } = useTranslation('supervision');
  const { show } = useAddress();
  const counts = useMemo(() => countsOf(tree), [tree]);
  return (
    <Card className="totals">
      <dl>
        {nodeHealths.map((health) => (
          <div key={health}>
            <dt>
              <HealthTag health={health} />
            </dt>
            <dd>
              <Button
                type="link"
                className="figure"
                aria-label={t('listOf', { health: t(`healths.${health}`), count: counts[health] })}
                onClick={() => show({ state: health })}
              >
                {counts[health]}
              </Button>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Found({ tree }: { readonly tree: readonly LinkNode[] }) {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  const { search, show } = useAddress();
  const words = (search.get('q') ?? '').trim();
  const state = nodeHealths.find((each) => each === search.get('state'));
  const opened = useMemo(() => new Set((search.get('open') ?? '').split(',')), [search]);
  const turn = (code: string) => {
    const next = new Set([...opened].filter((each) => each !== ''));
    if (!next.delete(code)) next.add(code);
    show({ open: [...next].join(',') });
  };
  const matches = (node: LinkNode): boolean =>
    (state === undefined || node.health === state) &&
    (words === '' || node.code.startsWith(words) || divisions.path(node.code).includes(words));
  return (
    <Card title={<h2 className="card-title">{t('treeOf')}</h2>}>
      <div className="filters">
        <Input.Search
          className="item-words"
          aria-label={t('seekPlace')}
          placeholder={t('seekPlace')}
          defaultValue={words}
          key={words}
          maxLength={40}
          enterButton={t('seek')}
          onSearch={(value) => show({ q: value.trim() })}
        />
        <Select
          className="filter"
          aria-label={t('health')}
          placeholder={t('anyHealth')}
          allowClear
          value={state}
          onChange={(value?: NodeHealth) => show({ state: value })}
          options={nodeHealths.map((value) => ({ value, label: t(`healths.${value}`) }))}
        />
      </div>
      {tree.length === 0 ? (
        <Nothing text={t('noneBelow')} />
      ) : state === undefined && words === '' ? (
        <LinkBranches nodes={tree} opened={opened} turn={turn} />
      ) : (
        <LinkRows nodes={nodesIn(tree, matches)} />
      )}
    </Card>
  );
}

/** Every link of the tree as a row. */
function Save({ tree }: { readonly tree: readonly LinkNode[] }) {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  return (
    <SaveTable<LinkNode>
      name={t('title.links')}
      columns={[
        { title: t('code'), value: ({ code }) => code },
        { title: t('place'), value: ({ code }) => divisions.path(code) || divisions.name(code) },
        { title: t('health'), value: ({ health }) => t(`healths.${health}`) },
        { title: t('waiting'), value: ({ link }) => link?.waiting ?? 0 },
        { title: t('waitingSince'), value: ({ link }) => link?.waitingSince ?? '' },
        { title: t('parked'), value: ({ link }) => link?.parked ?? 0 },
        { title: t('quarantined'), value: ({ link }) => link?.quarantined ?? 0 },
        { title: t('heardAt'), value: ({ link }) => link?.heardAt ?? '' },
      ]}
      page={() => Promise.resolve({ rows: nodesIn(tree, () => true), next: null })}
    />
  );
}
