import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure, Field, Panel, Submit } from '../ui.js';

type Reason = shapes.WithdrawCaseData['body']['reasonCode'];
const reasons = ['givenUp', 'duplicate', 'materialsNotReady', 'circumstancesChanged', 'other'] as const;
const longestReason = 1_000;

interface WithdrawalProps {
  readonly node: string;
  readonly record: string;
  readonly done: () => Promise<unknown>;
}

/** 撤回: cannot be undone, so it is opened first and then said why. */
export function Withdrawal({ node, record, done }: WithdrawalProps) {
  const { t } = useTranslation('public');
  const [reasonCode, setReasonCode] = useState<Reason>('givenUp');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [key] = useState(newKey);
  const sent = useMutation({
    mutationFn: () =>
      call(routes.withdrawCase, {
        path: { node, record },
        headers: commandHeaders(key),
        body: { reasonCode, reason: reason.trim() },
      }),
    onSuccess: done,
  });
  return (
    <Panel title={t('withdraw')}>
      <details>
        <summary>{t('withdrawOpen')}</summary>
        <form
          className="asking"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (reason.trim() !== '') sent.mutate();
          }}
        >
          <Field label={t('withdrawReason')} required>
            {(bind) => (
              <select {...bind} value={reasonCode} onChange={(event) => setReasonCode(event.target.value as Reason)}>
                {reasons.map((each) => (
                  <option key={each} value={each}>
                    {t(`withdrawReasons.${each}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('withdrawText')} fault={tried && reason.trim() === '' ? t('needed') : undefined} required>
            {(bind) => (
              <textarea
                {...bind}
                rows={2}
                maxLength={longestReason}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          {sent.error === null ? null : <Failure error={sent.error} />}
          <Submit busy={sent.isPending}>{t('withdrawNow')}</Submit>
        </form>
      </details>
    </Panel>
  );
}
