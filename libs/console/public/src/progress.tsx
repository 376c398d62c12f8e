import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAskedAtOnce, useGiven } from './given.js';
import { useKiosk } from './kiosk/context.js';
import { NumberAndCode } from './number-and-code.js';
import { Rating, type GivenRating } from './rating.js';
import type { Scanned } from './scanned.js';
import { Failure, Panel, Screen } from './ui.js';

const nothing: Scanned = { number: '', code: '' };

/** 办件进度: by number and query code, or by the QR code of the receipt; a finished case can be rated here. */
export function ProgressPage() {
  const { t } = useTranslation('public');
  const given = useGiven();
  const asked = useMutation({
    mutationFn: ({ number, code }: Scanned) => call(routes.getProgress, { path: { number }, query: { code } }),
  });
  const { mutate } = asked;
  useAskedAtOnce(given, mutate);
  return (
    <Screen title={t('nav.progress')} lead={t('progressLead')}>
      <NumberAndCode
        printed="progress"
        numberLabel={t('caseNumber')}
        codeLabel={t('queryCode')}
        initial={given ?? nothing}
        busy={asked.isPending}
        ask={mutate}
      />
      {asked.error === null ? null : <Failure error={asked.error} />}
      {asked.data === undefined ? null : (
        <Progress key={asked.submittedAt} progress={asked.data} code={asked.variables.code} />
      )}
    </Screen>
  );
}

type Told = Pick<shapes.OwnCase, 'number' | 'statusCode' | 'text' | 'steps' | 'canRate'> & {
  readonly itemName: string;
};

function Progress({ progress, code }: { readonly progress: Told; readonly code: string }) {
  const { t } = useTranslation('public');
  const kiosk = useKiosk();
  const [key] = useState(newKey);
  const { number, itemName, statusCode, text, steps, canRate } = progress;
  const rate = (rating: GivenRating) =>
    call(routes.rateByCode, {
      path: { number },
      headers: commandHeaders(key),
      body: { ...rating, code, channel: kiosk ? ('kiosk' as const) : rating.channel },
    });
  return (
    <div className="stack" role="status">
      <Panel title={itemName}>
        <p className="quiet">{t('numbered', { number })}</p>
        <p className="status">{t(`caseStatuses.${statusCode}`)}</p>
        <p lang="zh-CN">{text}</p>
        <Steps steps={steps} />
      </Panel>
      {canRate ? <Rating rate={rate} /> : null}
    </div>
  );
}

export function Steps({ steps }: Pick<Told, 'steps'>) {
  const { t } = useTranslation('public');
  const language = useLanguage();
  return (
    <ol className="steps">
      {steps.map(({ code, date }, index) => (
        <li key={`${index}/${code}`}>
          <strong>{t(`stepNames.${code}`)}</strong>
          <time dateTime={date}>{formatDate(date, language)}</time>
        </li>
      ))}
    </ol>
  );
}
