import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { headersFor, isAnswered } from './command.js';
import { documentOfDraft } from './document.js';
import { DraftForm } from './draft-form.js';
import { draftsKey, useDraft } from './queries.js';

/** A draft that is written on, e.g. after it was sent back; it has to be read again afterwards. */
export function EditDraft() {
  const { t } = useTranslation('catalogue');
  const { draft = '' } = useParams();
  const { data, error, refetch } = useDraft(draft);
  if (data !== undefined) return <Write draft={data} />;
  return (
    <Page title={t('acts.edit')}>
      {error === null ? <Loading /> : <Failure error={error} again={() => void refetch()} />}
    </Page>
  );
}

function Write({ draft: read }: { readonly draft: shapes.ItemDraft }) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  // What the person began with: if somebody else writes meanwhile, the host refuses by its number.
  const [{ draft, seq, document }] = useState(read);
  const [key, setKey] = useState(newKey);
  const begun = useMemo(() => documentOfDraft({ document }), [document]);
  const back = () => navigate(`/item-drafts/${draft}`);
  const save = async (body: shapes.ItemDocument) => {
    try {
      await call(routes.editDraft, { path: { node, draft }, headers: headersFor(key, seq), body });
      await queries.invalidateQueries({ queryKey: draftsKey(node) });
      await back();
    } catch (error) {
      if (isAnswered(error)) setKey(newKey());
      throw error;
    }
  };
  return (
    <Page title={t('editDraftOf', { name: document.name })}>
      <DraftForm document={begun} save={save} cancel={() => void back()} />
    </Page>
  );
}
