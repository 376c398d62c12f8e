import type { shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { oneOf, useAddress } from './address.js';
import { Elements } from './elements.js';
import { useHistory, useItem } from './queries.js';
import { Versions } from './versions.js';

const views = ['elements', 'versions'] as const;

/** One item: all its elements as they are in force, its versions and what they say otherwise. */
export function ItemPage() {
  const { t } = useTranslation('catalogue');
  const { code = '' } = useParams();
  const [search, show] = useAddress();
  const history = useHistory(code);
  const view = oneOf(views, search.get('view')) ?? 'elements';
  if (history.error !== null) return <Failure error={history.error} again={() => void history.refetch()} />;
  if (history.data === undefined) return <Loading />;
  const name = history.data.versions[0]?.name ?? code;
  return (
    <Page title={name} actions={<Revise code={code} history={history.data} />}>
      <div className="filters">
        <Segmented
          aria-label={t('parts')}
          value={view}
          onChange={(value) => show({ view: value === 'elements' ? undefined : value })}
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

/** A new version is written where the item is published, by whoever looks after it there. */
function Revise({ code, history }: { readonly code: string; readonly history: shapes.ItemHistory }) {
  const { t } = useTranslation('catalogue');
  const { node, person } = useSession();
  const navigate = useNavigate();
  if (history.publisher !== node || !person.roles.includes('catalogue-manager')) return null;
  return (
    <Button type="primary" onClick={() => void navigate(`/items/${code}/new-version`)}>
      {t('newVersion')}
    </Button>
  );
}
