import { languages, setLanguage, useLanguage } from '@tongban/console/language';
import { useOnline } from '@tongban/console/shared';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useParams } from 'react-router';
import { rememberPlace, usePlace, useSite } from './place.js';
import { Empty, Screen } from './ui.js';

const entries = ['guides', 'progress', 'halls', 'agents', 'feedback', 'verify', 'my'] as const;

/** The frame of every page of a place: where one is, where one can go, and whether the network is there. */
export function Frame() {
  const { t } = useTranslation('public');
  const { node, placeName } = usePlace();
  const { nodes } = useSite();
  const online = useOnline();
  const served = nodes.includes(node);
  useEffect(() => {
    if (served) rememberPlace(node);
  }, [served, node]);
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="site-head">
        <div className="site-line">
          <Link className="site-name" to={`/${node}`}>
            {t('site')}
          </Link>
          <Link className="place" to="/?choose=1" aria-label={t('changePlaceFrom', { place: placeName })}>
            {placeName} <span aria-hidden>▾</span>
          </Link>
          <LanguageChoice />
        </div>
        <nav aria-label={t('navigation')}>
          <ul>
            {entries.map((entry) => (
              <li key={entry}>
                <NavLink to={`/${node}/${entry}`}>{t(`nav.${entry}`)}</NavLink>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {online ? null : (
        <p className="offline" role="status">
          {t('offline')}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {served ? (
          <Outlet />
        ) : (
          <Screen title={t('absent')}>
            <Empty text={t('placeUnknown')} />
          </Screen>
        )}
      </main>
      <Foot />
    </>
  );
}

function Foot() {
  const { t } = useTranslation('public');
  const { node } = useParams();
  return (
    <footer className="site-foot">
      <p>{t('foot')}</p>
      <p>
        <Link to={`/${node}/kiosk`}>{t('kiosk.enter')}</Link>
        <a href="/console/">{t('staffLogin')}</a>
      </p>
    </footer>
  );
}

/** Both languages by name, so that whoever cannot read one finds the other. */
export function LanguageChoice() {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const other = languages.find((each) => each !== language)!;
  return (
    <button type="button" className="plain" lang={other} onClick={() => void setLanguage(other)}>
      {t(`languages.${other}`)}
    </button>
  );
}
