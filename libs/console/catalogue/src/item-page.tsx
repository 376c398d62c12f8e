import type { shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { Button, Segmented, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { oneOf, useAddress } from './address.js';
import { Elements } from './elements.js';
import { useHistory, useItem } from './queries.js';
import { Versions } from './versions.js';
import { WithdrawDialog } from './withdraw-dialog.js';

const views = ['elements', 'versions'] as const;

/** One item: all its elements as they are in force, its versions and what they say otherwise. */
export function ItemPage() {
  const { t } = useTranslation('catalogue');
  const { code = '' } = useParams();
  const [search, show] = useAddress();
  const history = useHistory(code);
  if (history.error !== null) return <Failure error={history.error} again={() => void history.refetch()} />;
  if (history.data === undefined) return <Loading />;
  const [newest] = history.data.versions;
  const name = newest?.name ?? code;
  // Of what was withdrawn nothing is in force.
  const view = oneOf(views, search.get('view')) ?? (newest?.phase === 'withdrawn' ? 'versions' : 'elements');
  return (
    <Page title={name} actions={<Revise code={code} history={history.data} />}>
      <div className="filters">
        <Segmented
          aria-label={t('parts')}
          value={view}
          onChange={(value) => show({ view: value })}
          options={views.map((value) => ({ value, label: t(`views.${value}`) }))}
        />
      </div>
      {view === 'elements' ? (
        <InForce code={code} />
      ) : (
        <Versions code={code} history={history.data} search={search} show={show} />
      )}
    </Page>
  );
}

function InForce({ code }: { readonly code: string }) {
  const { data, error, refetch } = useItem(code);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return <Elements item={data} />;
}

/** A new version is written where the item is published, by whoever looks after it there; there it is withdrawn too. */
function Revise({ code, history }: { readonly code: string; readonly history: shapes.ItemHistory }) {
  const { t } = useTranslation('catalogue');
  const { node, person } = useSession();
  const navigate = useNavigate();
  const [withdrawing, setWithdrawing] = useState(false);
  if (history.publisher !== node || !person.roles.includes('catalogue-manager')) return null;
  const [newest] = history.versions;
  const isLive = newest !== undefined && newest.phase !== 'withdrawn';
  return (
    <Space wrap>
      {isLive ? (
        <Button danger onClick={() => setWithdrawing(true)}>
          {t('withdrawal.open')}
        </Button>
      ) : null}
      <Button type="primary" onClick={() => void navigate(`/items/${code}/new-version`)}>
        {t('newVersion')}
      </Button>
      {withdrawing ? (
        <WithdrawDialog code={code} name={newest?.name ?? code} close={() => setWithdrawing(false)} />
      ) : null}
    </Space>
  );
}
