import type { shapes } from '@tongban/console/api';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { publicChannel } from './channel.js';
import { Choices, Failure, Field, Panel, Submit } from './ui.js';

export type Level = shapes.RateCaseData['body']['level'];
export interface GivenRating {
  readonly level: Level;
  readonly channel: 'web' | 'mobile';
  readonly text?: string;
}

/** The five levels of 政务服务“好差评”. */
const levels = [
  ...(['verySatisfied', 'satisfied', 'basicallySatisfied'] as const),
  ...(['dissatisfied', 'veryDissatisfied'] as const),
];
const bad: readonly Level[] = ['dissatisfied', 'veryDissatisfied'];
const longestText = 1_000;

/** 好差评: one rating for one case; a bad one is followed up. */
export function Rating({ rate }: { readonly rate: (rating: GivenRating) => Promise<unknown> }) {
  const { t } = useTranslation('public');
  const [level, setLevel] = useState<Level>();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const sent = useMutation({ mutationFn: rate });
  if (sent.isSuccess)
    return (
      <p className="done" role="status">
        {t('rated')}
      </p>
    );
  const isBad = level !== undefined && bad.includes(level);
  return (
    <Panel title={t('rate')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (level === undefined) return;
          sent.mutate({ level, channel: publicChannel(), ...(text.trim() === '' ? {} : { text: text.trim() }) });
        }}
      >
        <Choices
          legend={t('rateLegend')}
          name="level"
          options={levels.map((value) => ({ value, label: t(`levels.${value}`) }))}
          value={level}
          choose={setLevel}
          fault={tried && level === undefined ? t('chooseLevel') : undefined}
        />
        <Field label={isBad ? t('rateWhy') : t('rateText')} hint={isBad ? t('rateWhyHint') : undefined}>
          {(bind) => (
            <textarea
              {...bind}
              rows={3}
              maxLength={longestText}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          )}
        </Field>
        {sent.error === null ? null : <Failure error={sent.error} />}
        <Submit busy={sent.isPending}>{t('sendRating')}</Submit>
      </form>
    </Panel>
  );
}
