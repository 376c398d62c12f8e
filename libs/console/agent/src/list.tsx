import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnline } from './bars.js';
import { useAgent, useApplications } from './context.js';
import { guidesSyncedAt, heldItems, syncGuides } from './guides.js';
import { places, type Application } from './outbox.js';
import { Busy, Link, ScreenFrame } from './parts.js';

/** Guides are asked after again when they are older than this. */
const guidesStaleMs = 6 * 3_600_000;

/** Everything the agent has taken in, and where each is. */
export function ListScreen({ notice }: { readonly notice?: string }) {
  const { t } = useTranslation('agent');
  const { sending } = useAgent();
  const list = useApplications();
  if (list === undefined) return <Busy />;
  const waiting = list.some(({ state }) => state === 'ready' || state === 'sending');
  return (
    <ScreenFrame title={t('home')}>
      {notice === undefined ? null : (
        <p className="bar" role="status">
          {notice}
        </p>
      )}
      <Link to="items" className="button main">
        {t('list.new')}
      </Link>
      {waiting ? (
        <button disabled={sending.busy} onClick={sending.sendNow}>
          {t(sending.busy ? 'bar.sending' : 'list.sendNow')}
        </button>
      ) : null}
      {list.length === 0 ? <p className="empty">{t('list.empty')}</p> : null}
      <ul className="rows">
        {list.map((application) => (
          <Row key={application.id} application={application} />
        ))}
      </ul>
      <Guides />
    </ScreenFrame>
  );
}

function Row({ application: { id, state, item, applicant, sight } }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  if (state === 'gone') return null;
  return (
    <li>
      <Link to={`applications/${id}`} className="row">
        <span className={`tag ${places[state]}`}>{t(`place.${places[state]}`)}</span>
        <strong>{applicant.name === '' ? t('list.unnamed') : applicant.name}</strong>
        <span>{item.name}</span>
        <span className="quiet">{t(`state.${state === 'answered' ? (sight?.status ?? 'closed') : state}`)}</span>
      </Link>
    </li>
  );
}

/** What lies on the phone of the village's guides, brought up to date when there is a network. */
function Guides() {
  const { t } = useTranslation('agent');
  const { profile, keep } = useAgent();
  const online = useOnline();
  const [count, setCount] = useState<number>();
  const [going, setGoing] = useState<{ readonly held: number; readonly total: number }>();
  const sync = useCallback(
    async (stale: boolean) => {
      const { node } = profile;
      const at = await guidesSyncedAt(node);
      if (stale || at === undefined || Math.abs(Date.now() - at) > guidesStaleMs) {
        const done = (held: number, total: number): void => setGoing({ held, total });
        await keep(() => syncGuides(node, done)).catch(() => undefined);
        setGoing(undefined);
      }
      setCount((await heldItems(node)).length);
    },
    [profile, keep],
  );
  useEffect(() => {
    void sync(false);
  }, [sync, online]);
  if (going !== undefined) return <p className="quiet guides">{t('list.guidesGoing', going)}</p>;
  if (count === undefined) return null;
  return (
    <p className="quiet guides">
      {count === 0 ? t('list.guidesNone') : t('list.guides', { count })}{' '}
      {online ? <button onClick={() => void sync(true)}>{t('list.refresh')}</button> : null}
    </p>
  );
}
