import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { publicChannel } from './channel.js';
import { usePlace } from './place.js';
import { Choices, Empty, Failure, Field, Loading, Panel, Screen, Submit } from './ui.js';

type Filing = shapes.FeedbackFiling;
const kinds = ['consultation', 'complaint', 'suggestion'] as const;
const longest = { text: 2_000, name: 100, phone: 32, number: 40 } as const;

/** 投诉、咨询、建议: filed without login, also without a name; the answer is read with number and code. */
export function FeedbackPage() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const [key, setKey] = useState(newKey);
  const filed = useMutation({
    mutationFn: (body: Filing) => call(routes.fileFeedback, { path: { node }, headers: commandHeaders(key), body }),
  });
  const again = () => {
    filed.reset();
    setKey(newKey());
  };
  return (
    <Screen
      title={t('nav.feedback')}
      lead={t('feedbackLead')}
      actions={
        <Link className="button" to="progress">
          {t('feedbackProgress')}
        </Link>
      }
    >
      {filed.data === undefined ? (
        <FeedbackForm busy={filed.isPending} error={filed.error} file={(body) => filed.mutate(body)} />
      ) : (
        <div className="done" role="status">
          <p>{t('filed')}</p>
          <dl className="facts">
            <div>
              <dt>{t('feedbackNumber')}</dt>
              <dd>{filed.data.number}</dd>
            </div>
            <div>
              <dt>{t('queryCode')}</dt>
              <dd>{filed.data.queryCode}</dd>
            </div>
          </dl>
          <p>{t('keepCode')}</p>
          <button type="button" className="button" onClick={again}>
            {t('fileAnother')}
          </button>
        </div>
      )}
      <Answers node={node} />
    </Screen>
  );
}

interface FormProps {
  readonly busy: boolean;
  readonly error: unknown;
  readonly file: (filing: Filing) => void;
}

const empty = { text: '', anonymous: false, name: '', phone: '', caseNumber: '' };
type Typed = typeof empty;

function filingOf(kind: Filing['kind'], { text, anonymous, name, phone, caseNumber }: Typed): Filing {
  return {
    ...{ kind, anonymous, text: text.trim(), channel: publicChannel() },
    ...(anonymous ? {} : { contact: { name: name.trim(), phone: phone.trim() } }),
    ...(caseNumber.trim() === '' ? {} : { caseNumber: caseNumber.trim() }),
  };
}

function FeedbackForm({ busy, error, file }: FormProps) {
  const { t } = useTranslation('public');
  const [search] = useSearchParams();
  const asked = kinds.find((kind) => kind === search.get('kind')) ?? 'consultation';
  const [kind, setKind] = useState<Filing['kind']>(asked);
  const [typed, setTyped] = useState(empty);
  const [tried, setTried] = useState(false);
  const needed = (name: 'text' | 'name' | 'phone') => (tried && typed[name].trim() === '' ? t('needed') : undefined);
  const complete =
    typed.text.trim() !== '' && (typed.anonymous || (typed.name.trim() !== '' && typed.phone.trim() !== ''));
  const enter = (change: Partial<Typed>) => setTyped({ ...typed, ...change });
  return (
    <form
      className="asking"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (complete) file(filingOf(kind, typed));
      }}
    >
      <Choices
        legend={t('kind')}
        name="kind"
        options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={kind}
        choose={setKind}
      />
      <Field label={t('feedbackText')} fault={needed('text')} required>
        {(bind) => (
          <textarea
            {...bind}
            rows={5}
            maxLength={longest.text}
            value={typed.text}
            onChange={(event) => enter({ text: event.target.value })}
          />
        )}
      </Field>
      <label className="choice">
        <input
          type="checkbox"
          checked={typed.anonymous}
          onChange={(event) => enter({ anonymous: event.target.checked })}
        />
        {t('anonymous')}
      </label>
      {typed.anonymous
        ? null
        : (['name', 'phone'] as const).map((name) => (
            <Field key={name} label={t(`contact.${name}`)} fault={needed(name)} required>
              {(bind) => (
                <input
                  {...bind}
                  value={typed[name]}
                  maxLength={longest[name]}
                  autoComplete={name === 'phone' ? 'tel' : 'name'}
                  onChange={(event) => enter({ [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
      <Field label={t('aboutCase')} hint={t('aboutCaseHint')}>
        {(bind) => (
          <input
            {...bind}
            value={typed.caseNumber}
            maxLength={longest.number}
            autoComplete="off"
            onChange={(event) => enter({ caseNumber: event.target.value })}
          />
        )}
      </Field>
      {error === null ? null : <Failure error={error} />}
      <Submit busy={busy}>{t('file')}</Submit>
    </form>
  );
}

/** What others have asked, and what was answered. */
function Answers({ node }: { readonly node: string }) {
  const { t } = useTranslation('public');
  const { data, error, refetch } = useQuery({
    queryKey: ['answers', node],
    queryFn: ({ signal }) => call(routes.listPublishedAnswers, { path: { node }, signal }),
  });
  return (
    <Panel title={t('answers')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data?.answers.length === 0 ? <Empty text={t('noAnswers')} /> : null}
      {data?.answers.map(({ number, question, answer }) => (
        <details key={number}>
          <summary>{question}</summary>
          <p className="lines">{answer}</p>
        </details>
      ))}
    </Panel>
  );
}
