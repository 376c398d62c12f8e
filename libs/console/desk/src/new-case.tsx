import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, noteHandled, Page } from '@tongban/console/shared';
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ApplicationForm, type Application } from './application-form.js';
import { ApplicationTaken, type Taken } from './application-taken.js';
import { useItem } from './queries.js';

const shownItems = 50;

/** 收件: an application taken in at the window, from the item to the printed receipt. */
export function NewCase() {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const [search, setSearch] = useSearchParams();
  const [key, setKey] = useState(newKey);
  const [taken, setTaken] = useState<Taken>();
  const code = search.get('item');
  const again = () => {
    setTaken(undefined);
    setKey(newKey());
    setSearch({});
  };
  if (taken !== undefined) return <ApplicationTaken taken={taken} again={again} />;
  const submit = (application: Application) =>
    call(routes.submitCase, {
      path: { node },
      headers: commandHeaders(key),
      body: { ...application, item: code ?? '', channel: 'window' as const },
    }).then((answer) => {
      noteHandled(answer.record);
      setTaken(answer);
    });
  return (
    <Page title={t('title.new-case')}>
      <ItemSearch code={code} choose={(item) => setSearch({ item })} />
      {code === null ? null : <ChosenItem key={code} code={code} submit={submit} />}
    </Page>
  );
}

function ItemSearch({ code, choose }: { readonly code: string | null; readonly choose: (code: string) => void }) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const [words, setWords] = useState('');
  const found = useQuery({
    queryKey: ['items', node, words],
    queryFn: ({ signal }) =>
      call(routes.listItems, { path: { node }, query: { query: words, limit: shownItems }, signal }),
  });
  const items = found.data?.items.filter(({ powers }) => powers.includes('submit') || powers.includes('accept')) ?? [];
  const options = items.map(({ code: value, name, regimeName }) => ({ value, label: `${name}（${regimeName}）` }));
  // The item of a link that was passed on need not be among those found.
  const chosen = useItem(code ?? '').data;
  if (chosen !== undefined && !options.some(({ value }) => value === chosen.code))
    options.unshift({ value: chosen.code, label: chosen.name });
  return (
    <Select
      className="item-search"
      aria-label={t('item')}
      placeholder={t('findItem')}
      autoFocus
      showSearch={{ filterOption: false, onSearch: setWords }}
      loading={found.isFetching}
      value={code}
      onChange={choose}
      options={options}
    />
  );
}

interface ChosenItemProps {
  readonly code: string;
  readonly submit: (application: Application) => Promise<void>;
}

function ChosenItem({ code, submit }: ChosenItemProps) {
  const { data, error } = useItem(code);
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  return <ApplicationForm item={data satisfies shapes.Item} submit={submit} />;
}
