import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { formatDate, formatInstant, useLanguage } from '@tongban/console/language';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { usePlace } from '../place.js';
import { Empty, Failure, Field, Loading, Panel, Submit } from '../ui.js';
import { Own } from './own.js';
import { ownKey } from './own-queries.js';

type Kind = shapes.PrivacyRequest['kind'];
const kinds = ['correction', 'deletion', 'restriction', 'objection'] as const;
const longestText = 2_000;

/** 我的数据: who saw it and why, a copy of it, and what one may ask for (PIPL 44–47). */
export function OwnDataPage() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { record = '' } = useParams();
  return (
    <Own title={t('ownData')}>
      <Accesses node={node} record={record} />
      <Copy node={node} record={record} />
      <Requests node={node} record={record} />
    </Own>
  );
}

interface CaseProps {
  readonly node: string;
  readonly record: string;
}

function Accesses({ node, record }: CaseProps) {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: [ownKey, node, record, 'accesses'],
    queryFn: ({ signal }) => call(routes.listDataAccesses, { path: { node, record }, signal }),
  });
  const kindOf = (what: string) => (['dossier', 'masked', 'escrow'].includes(what) ? what : 'attachment');
  return (
    <Panel title={t('accesses')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data?.accesses.length === 0 ? <Empty text={t('noAccesses')} /> : null}
      <ul className="rows">
        {data?.accesses.map(({ reader, role, purpose, what, readAt }, index) => (
          <li key={`${index}/${readAt}`}>
            <strong>{purpose}</strong>
            <p>
              {t(`roles.${role}`, { defaultValue: role })} · {t(`seen.${kindOf(what)}`)}
            </p>
            <p className="quiet">
              {formatInstant(readAt, language)} · {t('readerId', { reader })}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const keptMs = 60_000;

function Copy({ node, record }: CaseProps) {
  const { t } = useTranslation('public');
  const made = useMutation({
    mutationFn: () => call(routes.copyOwnData, { path: { node, record } }),
    onSuccess: (copy) => {
      const file = new Blob([JSON.stringify(copy, undefined, 2)], { type: 'application/json' });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `${copy.number}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
    },
  });
  return (
    <Panel title={t('copy')}>
      <p>{t('copyLead')}</p>
      <button type="button" className="button" disabled={made.isPending} onClick={() => made.mutate()}>
        {t('copyNow')}
      </button>
      {made.isSuccess ? <p role="status">{t('copied')}</p> : null}
      {made.error === null ? null : <Failure error={made.error} />}
    </Panel>
  );
}

function Requests({ node, record }: CaseProps) {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: [ownKey, node, record, 'requests'],
    queryFn: ({ signal }) => call(routes.listDataRequests, { path: { node, record }, signal }),
  });
  return (
    <Panel title={t('dataRequests')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      <ul className="rows">
        {data?.requests.map(({ request, kind, askedAt, answerBy, answer }) => (
          <li key={request}>
            <strong>{t(`dataKinds.${kind}`)}</strong>
            <p>
              {answer === null
                ? t('answerBy', { date: formatDate(answerBy, language) })
                : t(`outcomes.${answer.outcome}`)}
            </p>
            {answer === null || answer.legalBasis === null ? null : <p>{answer.legalBasis}</p>}
            <p className="quiet">{formatInstant(askedAt, language)}</p>
          </li>
        ))}
      </ul>
      <Ask node={node} record={record} />
    </Panel>
  );
}

function Ask({ node, record }: CaseProps) {
  const { t } = useTranslation('public');
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>('correction');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [key, setKey] = useState(newKey);
  const asked = useMutation({
    mutationFn: () =>
      call(routes.askAboutData, {
        path: { node, record },
        headers: commandHeaders(key),
        body: { kind, text: text.trim() },
      }),
    onSuccess: async () => {
      setText('');
      setTried(false);
      setKey(newKey());
      await queries.invalidateQueries({ queryKey: [ownKey, node, record] });
    },
  });
  const short = [...text.trim()].length < 2;
  return (
    <form
      className="asking"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!short) asked.mutate();
      }}
    >
      <Field label={t('dataKind')} hint={t(`dataHints.${kind}`)} required>
        {(bind) => (
          <select {...bind} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {kinds.map((each) => (
              <option key={each} value={each}>
                {t(`dataKinds.${each}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('dataText')} fault={tried && short ? t('needed') : undefined} required>
        {(bind) => (
          <textarea {...bind} rows={3} maxLength={longestText} value={text} onChange={(e) => setText(e.target.value)} />
        )}
      </Field>
      {asked.error === null ? null : <Failure error={asked.error} />}
      {asked.isSuccess ? <p role="status">{t('dataAsked')}</p> : null}
      <Submit busy={asked.isPending}>{t('askData')}</Submit>
    </form>
  );
}
