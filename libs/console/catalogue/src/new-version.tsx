import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { isAnswered } from './command.js';
import { documentOf } from './document.js';
import { DraftForm } from './draft-form.js';
import { draftsKey, useItem } from './queries.js';

/** 起草新版本: begins with the version in force and, where nobody says otherwise, applies from tomorrow. */
export function NewVersion() {
  const { t } = useTranslation('catalogue');
  const { code = '' } = useParams();
  const { data, error, refetch } = useItem(code);
  if (data !== undefined) return <Write item={data} />;
  return (
    <Page title={t('newVersion')}>
      {error === null ? <Loading /> : <Failure error={error} again={() => void refetch()} />}
    </Page>
  );
}

function Write({ item }: { readonly item: shapes.Item }) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  // The form keeps what it began with, whatever is read meanwhile.
  const [begun] = useState(item);
  const [key, setKey] = useState(newKey);
  const document = useMemo(() => {
    const { validTo: _validTo, ...rest } = documentOf(begun);
    return { ...rest, validFrom: officeDay(1) };
  }, [begun]);
  const save = async (body: shapes.ItemDocument) => {
    try {
      const { draft } = await call(routes.createDraft, { path: { node }, headers: commandHeaders(key), body });
      await queries.invalidateQueries({ queryKey: draftsKey(node) });
      await navigate(`/item-drafts/${draft}`);
    } catch (error) {
      if (isAnswered(error)) setKey(newKey());
      throw error;
    }
  };
  return (
    <Page title={t('newVersionOf', { name: begun.name })}>
      <DraftForm document={document} save={save} cancel={() => void navigate(`/items/${begun.code}`)} />
    </Page>
  );
}
