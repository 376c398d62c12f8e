import { Page } from '@tongban/console/shared';
import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Orders } from './orders.js';
import { profiles } from './queries.js';
import { Reports } from './reports.js';
import { Resends } from './resends.js';
import { Standing } from './standing.js';
import { Statement } from './statement.js';

const views = ['reports', 'resends', 'orders', 'statement'] as const;

/** 省级对接: what went to the province, what did not and why, and whether both sides counted the same. */
export function ExchangePage() {
  const { t } = useTranslation('exchange');
  const [search, setSearch] = useSearchParams();
  const given = search.get('profile');
  const profile = profiles.find((each) => each === given);
  const view = views.find((each) => each === search.get('view')) ?? 'reports';
  const show = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries({ cursor: undefined, ...changes })) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    setSearch(next);
  };
  return (
    <Page title={t('title.exchange')}>
      <div className="filters">
        <Segmented
          aria-label={t('parts')}
          value={view}
          onChange={(value) => show({ view: value, state: undefined, kind: undefined })}
          options={views.map((value) => ({ value, label: t(`views.${value}`) }))}
        />
        <Select
          className="filter"
          aria-label={t('profile')}
          placeholder={t('profile')}
          value={profile}
          allowClear
          onChange={(value?: string) => show({ profile: value })}
          options={profiles.map((value) => ({ value, label: t(`profiles.${value}`) }))}
        />
      </div>
      {view === 'reports' ? (
        <>
          <Standing profile={profile} show={show} />
          <Reports profile={profile} search={search} show={show} />
        </>
      ) : null}
      {view === 'resends' ? <Resends profile={profile} search={search} show={show} /> : null}
      {view === 'orders' ? <Orders profile={profile} search={search} show={show} /> : null}
      {view === 'statement' ? <Statement profile={profile} search={search} show={show} /> : null}
    </Page>
  );
}
