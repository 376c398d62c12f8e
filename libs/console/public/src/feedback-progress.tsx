import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NumberAndCode } from './number-and-code.js';
import { Rating, type GivenRating } from './rating.js';
import type { Scanned } from './scanned.js';
import { Failure, Panel, Screen } from './ui.js';

/** How far a complaint, question or suggestion is, and what was answered. */
export function FeedbackProgressPage() {
  const { t } = useTranslation('public');
  const asked = useMutation({
    mutationFn: ({ number, code }: Scanned) => call(routes.getFeedbackProgress, { path: { number }, query: { code } }),
  });
  return (
    <Screen title={t('feedbackProgress')}>
      <NumberAndCode
        numberLabel={t('feedbackNumber')}
        codeLabel={t('queryCode')}
        initial={{ number: '', code: '' }}
        busy={asked.isPending}
        ask={asked.mutate}
      />
      {asked.error === null ? null : <Failure error={asked.error} />}
      {asked.data === undefined ? null : (
        <Found key={asked.submittedAt} found={asked.data} code={asked.variables.code} />
      )}
    </Screen>
  );
}

function Found({ found, code }: { readonly found: shapes.FeedbackProgress; readonly code: string }) {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const [key] = useState(newKey);
  const { number, kind, status, due, filedOn, answers, rated } = found;
  const rate = ({ level, text }: GivenRating) =>
    call(routes.rateFeedback, {
      path: { number },
      headers: commandHeaders(key),
      body: { level, code, ...(text === undefined ? {} : { text }) },
    });
  return (
    <div className="stack" role="status">
      <Panel title={kind}>
        <p className="quiet">{t('numbered', { number })}</p>
        <p className="status">{status}</p>
        <p>{t('filedOn', { date: formatDate(filedOn, language) })}</p>
        {due === null ? null : <p>{t('dueOn', { date: formatDate(due, language) })}</p>}
        {answers.map((answer, index) => (
          <blockquote key={answer.number ?? index}>
            <p className="lines">{answer.text}</p>
            {answer.number === null ? null : <footer className="quiet">{answer.number}</footer>}
          </blockquote>
        ))}
      </Panel>
      {answers.length > 0 && !rated ? <Rating rate={rate} /> : null}
    </div>
  );
}
