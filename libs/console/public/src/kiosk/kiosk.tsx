import { setLanguage } from '@tongban/console/language';
import { useOnline } from '@tongban/console/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { LanguageChoice } from '../frame.js';
import { idleAt, kioskIdle, type Idle } from '../idle.js';
import { usePlace } from '../place.js';
import { KioskContext } from './context.js';

const tickMs = 500;
const touches = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** How long nobody has touched the terminal. `touch` counts as a touch. */
function useIdle(over: () => void): { readonly idle: Idle; readonly touch: () => void } {
  const touchedAt = useRef(performance.now());
  const [idle, setIdle] = useState<Idle>(() => idleAt(0, 0, kioskIdle));
  const look = useCallback(() => {
    const next = idleAt(touchedAt.current, performance.now(), kioskIdle);
    setIdle(next);
    return next;
  }, []);
  const touch = useCallback(() => {
    touchedAt.current = performance.now();
    look();
  }, [look]);
  useEffect(() => {
    // The buttons of the question speak for themselves: it has to stand until they are let go.
    const touched = ({ target }: Event) => {
      if (!(target instanceof Element && target.closest('.warning button') !== null)) touch();
    };
    for (const name of touches) addEventListener(name, touched, { passive: true });
    const timer = setInterval(() => {
      if (look().kind !== 'over') return;
      over();
      touch();
    }, tickMs);
    return () => {
      clearInterval(timer);
      for (const name of touches) removeEventListener(name, touched);
    };
  }, [look, touch, over]);
  return { idle, touch };
}

/**
 * 自助终端: the same services in large type. Whoever goes away leaves nothing: what was typed and what was answered goes
 * with the last touch, after a countdown that everybody sees.
 */
export function Kiosk() {
  const { t } = useTranslation('public');
  const { node, placeName } = usePlace();
  const online = useOnline();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  // Another number is another visit: the pages are made anew, with nothing in them.
  const [visit, setVisit] = useState(0);
  const home = `/${node}/kiosk`;
  const end = useCallback(() => {
    queries.clear();
    setVisit((number) => number + 1);
    void setLanguage('zh-CN');
    void navigate(home, { replace: true });
  }, [queries, navigate, home]);
  const { idle, touch } = useIdle(end);
  const atHome = pathname.replace(/\/$/, '') === home;
  useEffect(() => {
    document.documentElement.classList.add('kiosk');
    return () => document.documentElement.classList.remove('kiosk');
  }, []);
  return (
    <KioskContext value={true}>
      <header className="site-head kiosk-head">
        <div className="site-line">
          <span className="site-name">{t('kiosk.title')}</span>
          <span className="place">{placeName}</span>
          {atHome || idle.kind === 'over' ? null : (
            <span className="countdown" role="timer">
              {t('kiosk.left', { count: idle.secondsLeft })}
            </span>
          )}
          <LanguageChoice />
        </div>
        {atHome ? null : (
          <nav aria-label={t('navigation')} className="kiosk-nav">
            <Link className="button" to={home}>
              {t('kiosk.home')}
            </Link>
            <button type="button" className="button primary" onClick={end}>
              {t('kiosk.end')}
            </button>
          </nav>
        )}
      </header>
      {online ? null : (
        <p className="offline" role="status">
          {t('offline')}
        </p>
      )}
      <main id="content" key={visit}>
        <Outlet />
      </main>
      {idle.kind === 'warned' && !atHome ? <Warning secondsLeft={idle.secondsLeft} goOn={touch} end={end} /> : null}
    </KioskContext>
  );
}

interface WarningProps {
  readonly secondsLeft: number;
  readonly goOn: () => void;
  readonly end: () => void;
}

/** Touching anything goes on; the button is for those who look for one. */
function Warning({ secondsLeft, goOn, end }: WarningProps) {
  const { t } = useTranslation('public');
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div className="warning-back">
      <div className="warning" role="alertdialog" aria-modal="true" aria-labelledby="warning" aria-describedby="left">
        <h2 id="warning">{t('kiosk.still')}</h2>
        <p id="left">{t('kiosk.willClear')}</p>
        <p className="big" aria-hidden>
          {secondsLeft}
        </p>
        <div className="actions">
          <button type="button" className="button primary" ref={first} onClick={goOn}>
            {t('kiosk.goOn')}
          </button>
          <button type="button" className="button" onClick={end}>
            {t('kiosk.end')}
          </button>
        </div>
      </div>
    </div>
  );
}
