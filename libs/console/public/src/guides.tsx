import type { shapes } from '@tongban/console/api';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { usePlace } from './place.js';
import { useGuides, type GuideSearch } from './queries.js';
import { Empty, Failure, Loading, Screen } from './ui.js';

const typingPauseMs = 300;

/** 办事指南: by words, pinyin or initials; by theme and by whom it is for. The address carries what is looked for. */
export function Guides() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const [search, setSearch] = useSearchParams();
  const asked: GuideSearch = {
    query: search.get('q') ?? '',
    theme: (search.get('theme') ?? undefined) as GuideSearch['theme'],
    audience: (search.get('for') ?? undefined) as GuideSearch['audience'],
  };
  const found = useGuides(node, asked);
  const show = (name: string, value: string | undefined) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const first = found.data?.pages[0];
  return (
    <Screen title={t('nav.guides')} lead={t('about.guides')}>
      <Words initial={asked.query} change={(words) => show('q', words)} />
      <div className="facets">
        <Facet
          label={t('theme')}
          facets={first?.facets.themes}
          chosen={asked.theme}
          choose={(id) => show('theme', id)}
        />
        <Facet
          label={t('audience')}
          facets={first?.facets.audiences}
          chosen={asked.audience}
          choose={(id) => show('for', id)}
        />
      </div>
      {found.error === null ? null : <Failure error={found.error} again={() => void found.refetch()} />}
      {found.isPending && found.error === null ? <Loading /> : null}
      {first === undefined ? null : (
        <p className="quiet" role="status">
          {t('found', { count: first.total })}
        </p>
      )}
      {first?.total === 0 ? <Empty text={t('nothingFound')} /> : null}
      <ul className="results">
        {found.data?.pages
          .flatMap(({ items }) => items)
          .map((entry) => (
            <Result key={entry.code} entry={entry} />
          ))}
      </ul>
      {found.hasNextPage ? (
        <button
          type="button"
          className="button wide"
          disabled={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('more')}
        </button>
      ) : null}
    </Screen>
  );
}

/** What is typed is looked for when the typing pauses. */
function Words({ initial, change }: { readonly initial: string; readonly change: (words: string) => void }) {
  const { t } = useTranslation('public');
  const [words, setWords] = useState(initial);
  useEffect(() => {
    if (words.trim() === initial) return undefined;
    const timer = setTimeout(() => change(words.trim()), typingPauseMs);
    return () => clearTimeout(timer);
  }, [words, initial, change]);
  return (
    <form className="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label={t('searchWords')}
        placeholder={t('searchPlaceholder')}
        maxLength={100}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
    </form>
  );
}

interface FacetProps {
  readonly label: string;
  readonly facets: readonly shapes.GuideFacet[] | undefined;
  readonly chosen: string | undefined;
  readonly choose: (id: string | undefined) => void;
}

function Facet({ label, facets = [], chosen, choose }: FacetProps) {
  const { t } = useTranslation('public');
  return (
    <label className="facet">
      {label}
      <select value={chosen ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">{t('all')}</option>
        {facets.map(({ id, name, count }) => (
          <option key={id} value={id}>
            {t('facet', { name, count })}
          </option>
        ))}
      </select>
    </label>
  );
}

function Result({ entry }: { readonly entry: shapes.GuideEntry }) {
  const { t } = useTranslation('public');
  const { code, name, typeName, regimeName, departmentName, placeName, promisedDays } = entry;
  return (
    <li>
      <Link to={code}>{name}</Link>
      <p className="tags">
        <span>{typeName}</span>
        <span>{regimeName}</span>
        <span>{promisedDays === 0 ? t('atOnce') : t('promised', { days: promisedDays })}</span>
      </p>
      <p className="quiet">{t('atPlace', { department: departmentName, place: placeName })}</p>
    </li>
  );
}
