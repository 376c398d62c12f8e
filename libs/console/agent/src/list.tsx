import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReach } from './reach.js';
import { useAgent, useApplications } from './context.js';
import { guidesSyncedAt, heldItems, syncGuides } from './guides.js';
import { isToHandOver, nextStep, placeOf, waitsForAgent, type Application } from './outbox.js';
import { Busy, Link, ScreenFrame } from './parts.js';

/** Guides are asked after again when they are older than this. */
const guidesStaleMs = 6 * 3_600_000;

/** Everything the agent has taken in, and where each is. */
export function ListScreen({ notice }: { readonly notice?: string }) {
  const { t } = useTranslation('agent');
  const { sending } = useAgent();
  const list = useApplications();
  if (list === undefined) return <Busy />;
  const waiting = list.some((application) => !['look', 'rest'].includes(nextStep(application).do));
  // What waits for the agent stands first, each group newest first.
  const sorted = [...list].sort((a, b) => Number(waitsForAgent(b)) - Number(waitsForAgent(a)));
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
        {sorted.map((application) => (
          <Row key={application.id} application={application} />
        ))}
      </ul>
      <Guides />
    </ScreenFrame>
  );
}

function Row({ application }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  const { id, item, applicant } = application;
  const place = placeOf(application);
  if (place === undefined) return null;
  return (
    <li>
      <Link to={`applications/${id}`} className="row">
        <span className={`tag ${place}`}>{t(`place.${place}`)}</span>
        <strong>{applicant.name === '' ? t('list.unnamed') : applicant.name}</strong>
        <span>{item.name}</span>
        <span className={waitsForAgent(application) ? 'need' : 'quiet'}>{t(stateText(application))}</span>
      </Link>
    </li>
  );
}

/** How it stands: of what the agent does for the case, where there is such a thing, otherwise of the case. */
function stateText({ state, sight, errand }: Application): string {
  if (errand !== undefined) return `${errand.kind}.${errand.state}`;
  if (state !== 'answered') return `state.${state}`;
  return isToHandOver(sight) ? 'state.toHandOver' : `state.${sight?.status ?? 'closed'}`;
}

/** What lies on the phone of the village's guides, brought up to date when there is a network. */
function Guides() {
  const { t } = useTranslation('agent');
  const { profile, keep } = useAgent();
  const online = useReach() === 'online';
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
