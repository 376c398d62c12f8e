import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { LanguageChoice } from './frame.js';
import { nameOf, rememberedPlace, useSite } from './place.js';
import { Empty, Field, Screen } from './ui.js';

const mostShown = 60;

/** The choice of a place; whoever has been here before, or has no choice, goes straight on. */
export function Start() {
  const { t } = useTranslation('public');
  const { nodes, divisions } = useSite();
  const [search] = useSearchParams();
  const [words, setWords] = useState('');
  const known = nodes.length === 1 ? nodes[0] : nodes.find((node) => node === rememberedPlace());
  if (known !== undefined && (nodes.length === 1 || !search.has('choose')))
    return <Navigate to={`/${known}`} replace />;
  const found = nodes
    .map((node) => ({ node, name: nameOf(divisions, node) }))
    .filter(({ name }) => name.includes(words.trim()));
  return (
    <>
      <header className="site-head">
        <div className="site-line">
          <span className="site-name">{t('site')}</span>
          <span className="place" />
          <LanguageChoice />
        </div>
      </header>
      <main>
        <Screen title={t('choosePlace')}>
          <Field label={t('placeWords')} required>
            {(bind) => (
              <input {...bind} type="search" value={words} onChange={(event) => setWords(event.target.value)} />
            )}
          </Field>
          {found.length === 0 ? <Empty text={t('noPlace')} /> : null}
          <ul className="places">
            {found.slice(0, mostShown).map(({ node, name }) => (
              <li key={node}>
                <Link to={`/${node}`}>{name}</Link>
              </li>
            ))}
          </ul>
          {found.length > mostShown ? <p className="quiet">{t('morePlaces', { count: found.length })}</p> : null}
        </Screen>
      </main>
    </>
  );
}
