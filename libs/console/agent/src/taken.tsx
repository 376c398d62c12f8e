import { call, routes, type shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReach } from './reach.js';
import { useAgent } from './context.js';
import { HandOverPart, SupplementPart } from './errand-parts.js';
import { isToHandOver, placeOf, type Application } from './outbox.js';
import { ScreenFrame } from './parts.js';
import { useProblem } from './problem.js';

type Taken = NonNullable<Application['taken']>;
const openWithinMs = 60_000;

/** An application that the village has: what to tell the applicant, how far it is, and what to hand over. */
export function TakenScreen({ application, taken }: { readonly application: Application; readonly taken: Taken }) {
  const { t } = useTranslation('agent');
  const { item, applicant, sight } = application;
  const online = useReach() === 'online';
  const place = placeOf(application);
  return (
    <ScreenFrame title={item.name} back="">
      <p>
        {place === undefined ? null : <span className={`tag ${place}`}>{t(`place.${place}`)}</span>}{' '}
        <strong>{applicant.name}</strong>
      </p>
      <dl className="card codes">
        <dt>{t('taken.number')}</dt>
        <dd className="number">{taken.number}</dd>
        <dt>{t('taken.queryCode')}</dt>
        <dd className="number">{taken.queryCode}</dd>
      </dl>
      <p className="quiet">{t('taken.codes')}</p>
      {sight?.notice === undefined ? null : <SupplementPart application={application} notice={sight.notice} />}
      <Progress taken={taken} online={online} />
      {online ? <Documents taken={taken} /> : null}
      {isToHandOver(sight) ? <HandOverPart application={application} /> : null}
      <p className="quiet">{t('taken.kept')}</p>
    </ScreenFrame>
  );
}

/** The answer of one question, asked when the screen opens; undefined until there is one. */
function useAsked<T>(ask: () => Promise<T>, wanted: boolean): { readonly data?: T; readonly error?: unknown } {
  const [asked, setAsked] = useState<{ readonly data?: T; readonly error?: unknown }>({});
  useEffect(() => {
    if (!wanted) return;
    let isCurrent = true;
    ask()
      .then((data) => isCurrent && setAsked({ data }))
      .catch((error: unknown) => isCurrent && setAsked({ error }));
    return () => {
      isCurrent = false;
    };
    // The question is the same for as long as the screen shows this case.
  }, [wanted]);
  return asked;
}

function Progress({ taken: { number, queryCode }, online }: { readonly taken: Taken; readonly online: boolean }) {
  const { t } = useTranslation('agent');
  const language = useLanguage();
  const problem = useProblem();
  const { data, error } = useAsked(
    () => call(routes.getProgress, { path: { number }, query: { code: queryCode } }),
    online,
  );
  return (
    <section className="card" aria-live="polite">
      <h2>{t('taken.progress')}</h2>
      {online ? null : <p className="quiet">{t('taken.progressOffline')}</p>}
      {error === undefined ? null : <p className="fault">{problem(error)}</p>}
      {data === undefined ? null : (
        <>
          <p>{data.text}</p>
          <ul>
            {data.steps.map(({ name, date }) => (
              <li key={`${name} ${date}`}>
                {formatDate(date, language)} {name}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Documents({ taken: { record } }: { readonly taken: Taken }) {
  const { t } = useTranslation('agent');
  const { profile } = useAgent();
  const problem = useProblem();
  const [fault, setFault] = useState<unknown>();
  const path = { node: profile.node, record };
  const { data, error } = useAsked(() => call(routes.listDocuments, { path }), true);
  const open = async ({ id }: shapes.CaseDocument) => {
    setFault(undefined);
    try {
      const options = {
        path: { ...path, file: `${id}.pdf` },
        query: { purpose: t('taken.purpose'), form: 'original' as const },
      };
      const pdf = await call(routes.printDocument, { ...options, parseAs: 'blob' as const });
      const address = URL.createObjectURL(pdf);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), openWithinMs);
    } catch (refused) {
      setFault(refused);
    }
  };
  const shown = fault ?? error;
  return (
    <section className="card">
      <h2>{t('taken.documents')}</h2>
      {shown === undefined ? null : <p className="fault">{problem(shown)}</p>}
      {data?.documents.length === 0 ? <p className="quiet">{t('taken.noDocuments')}</p> : null}
      <ul>
        {data?.documents.map((document) => (
          <li key={document.id} className="file">
            <span>{document.title}</span>
            <button onClick={() => void open(document)} aria-label={t('taken.openDocument', { title: document.title })}>
              {t('taken.open')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
