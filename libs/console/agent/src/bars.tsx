import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { useReach } from './reach.js';
import { activateUpdate, useUpdate } from './update.js';
import { clockOffsetMs, toleratedMs, watchClock } from './village-clock.js';

const minuteMs = 60_000;

/** What the agent has to know on every screen: network, login, clock, room, a new version. */
export function Bars() {
  const { t } = useTranslation('agent');
  const { session, sending, full } = useAgent();
  const reach = useReach();
  const online = reach === 'online';
  const offBy = useSyncExternalStore(watchClock, clockOffsetMs);
  const update = useUpdate();
  const minutes = Math.round(Math.abs(offBy) / minuteMs);
  return (
    <>
      <TopBar />
      <div className="bars" role="status">
        {online ? null : <p className="bar">{t(`bar.${reach}`)}</p>}
        {online && sending.needsLogin ? (
          <p className="bar">
            {t('bar.login')} <button onClick={() => void session.logIn()}>{t('bar.logIn')}</button>
          </p>
        ) : null}
        {online && sending.failed ? <p className="bar">{t('problem.unknown')}</p> : null}
        {Math.abs(offBy) > toleratedMs ? <p className="bar">{t('bar.clock', { minutes })}</p> : null}
        {full ? <p className="bar grave">{t('bar.full')}</p> : null}
        {update ? (
          <p className="bar">
            {t('bar.update')} <button onClick={activateUpdate}>{t('bar.updateNow')}</button>
          </p>
        ) : null}
      </div>
    </>
  );
}

function TopBar() {
  const { t } = useTranslation('agent');
  const { session, profile, shelf } = useAgent();
  const [leaving, setLeaving] = useState(false);
  return (
    <header className="top">
      <span className="place">
        {profile.nodeName} · {profile.name}
      </span>
      <button onClick={() => void session.lock()}>{t('bar.lock')}</button>
      {leaving ? (
        <div className="card" role="alertdialog" aria-label={t('bar.logOut')}>
          <p>{t('bar.logOutHint')}</p>
          <button className="main" onClick={() => void session.logOut({ shelf, profile })}>
            {t('bar.logOut')}
          </button>
          <button onClick={() => setLeaving(false)}>{t('cancel')}</button>
        </div>
      ) : (
        <button onClick={() => setLeaving(true)}>{t('bar.logOut')}</button>
      )}
    </header>
  );
}
