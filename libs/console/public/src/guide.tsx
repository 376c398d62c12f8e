import type { shapes } from '@tongban/console/api';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Disclosures } from './disclosures.js';
import { useKiosk } from './kiosk/context.js';
import { usePlace } from './place.js';
import { useGuide } from './queries.js';
import { Failure, Loading, Panel, Screen } from './ui.js';

const Qr = lazy(async () => ({ default: (await import('./qr.js')).Qr }));

/** One guide (办事指南): what the law wants disclosed, to read, to print, to take along as a QR code. */
export function GuidePage() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { code = '' } = useParams();
  const { data, error, refetch } = useGuide(node, code);
  if (error !== null)
    return (
      <Screen title={t('nav.guides')}>
        <Failure error={error} again={() => void refetch()} />
      </Screen>
    );
  if (data === undefined) return <Loading />;
  return (
    <Screen title={data.disclosures.name} lead={data.description} actions={<Actions node={node} guide={data} />}>
      <Facts guide={data} />
      <Disclosures node={node} guide={data} />
      <Places guide={data} />
      {data.questions.length === 0 ? null : (
        <Panel title={t('questions')}>
          {data.questions.map(({ question, answer }) => (
            <details key={question}>
              <summary>{question}</summary>
              <p className="lines">{answer}</p>
            </details>
          ))}
        </Panel>
      )}
    </Screen>
  );
}

function Actions({ node, guide }: { readonly node: string; readonly guide: shapes.Guide }) {
  const { t } = useTranslation('public');
  const kiosk = useKiosk();
  const [qr, setQr] = useState(kiosk);
  const address = `${location.origin}/public/${node}/guides/${guide.code}`;
  return (
    <>
      {guide.presenceRequired || guide.intake === undefined || kiosk ? null : (
        <Link className="button primary" to={`/${node}/apply/${guide.code}`}>
          {t('applyOnline')}
        </Link>
      )}
      <button type="button" className="button" onClick={() => window.print()}>
        {t('print')}
      </button>
      {kiosk ? null : (
        <>
          <a
            className="button"
            href={`/v1/nodes/${node}/guide/${guide.code}/guide.pdf`}
            target="_blank"
            rel="noreferrer"
          >
            {t('pdf')}
          </a>
          <button type="button" className="button" aria-expanded={qr} onClick={() => setQr(!qr)}>
            {t('qr')}
          </button>
        </>
      )}
      {qr ? (
        <Suspense fallback={<Loading />}>
          <Qr text={address} label={t('qrOf', { name: guide.disclosures.name })} />
        </Suspense>
      ) : null}
    </>
  );
}

function Facts({ guide }: { readonly guide: shapes.Guide }) {
  const { t } = useTranslation('public');
  const { time, fee } = guide.disclosures;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['limit', time.promisedDays === 0 ? t('atOnce') : t('days', { days: time.promisedDays })],
    ['fee', fee.charged ? t('charged') : t('free')],
    ['visits', guide.visits === undefined ? undefined : t('times', { count: guide.visits })],
    ['type', `${guide.typeName} · ${guide.regimeName}`],
    ['department', [guide.departmentName, ...(guide.jointDepartmentNames ?? [])].join('、')],
    ['audience', guide.audienceNames.join('、')],
    ['result', guide.result.kind === 'none' ? undefined : guide.result.name],
    ['presence', guide.presenceRequired ? t('presenceRequired') : undefined],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, text]) =>
        text === undefined || text === '' ? null : (
          <div key={name}>
            <dt>{t(`facts.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Places({ guide: { places, intake, consultPhone, complaintPhone } }: { readonly guide: shapes.Guide }) {
  const { t } = useTranslation('public');
  return (
    <Panel title={t('whereTo')}>
      {intake === undefined ? null : <p>{t('intake', { place: intake.placeName })}</p>}
      <ul className="rows">
        {places.map(({ name, address, hours, window, phone }) => (
          <li key={`${name}/${address}`}>
            <strong>{name}</strong>
            <p>{[address, window].filter((text) => text !== undefined).join('　')}</p>
            <p className="quiet">{[hours, phone].filter((text) => text !== undefined).join('　')}</p>
          </li>
        ))}
      </ul>
      <p>
        {consultPhone === undefined ? null : t('consultPhone', { phone: consultPhone })}{' '}
        {complaintPhone === undefined ? null : t('complaintPhone', { phone: complaintPhone })}
      </p>
    </Panel>
  );
}
