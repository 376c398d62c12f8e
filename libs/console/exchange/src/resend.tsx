import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';
import { exchangeKey } from './queries.js';

interface ResendProps {
  readonly report: shapes.ExchangeReport;
  readonly profile: PartProps['profile'];
}

/** Reports a case anew, after a question: only what has been answered can be, the rest is on its way or incomplete. */
export function Resend({ report: { record, number, state }, profile }: ResendProps) {
  const { t } = useTranslation('exchange');
  const { node } = useSession();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const problemText = useProblemText();
  const sent = useMutation({
    mutationFn: (key: string) =>
      call(routes.resendExchangeReport, { path: { node, record }, query: { profile }, headers: commandHeaders(key) }),
    onSuccess: ({ dataVersion }) => void message.success(t('resent', { version: dataVersion })),
    onError: (error) => void message.error(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: exchangeKey(node) }),
  });
  if (state !== 'rejected' && state !== 'acknowledged') return null;
  const ask = () => {
    const key = newKey();
    modal.confirm({
      title: t('resendTitle', { number }),
      content: t('resendHint'),
      okText: t('resend'),
      cancelText: t('cancel'),
      onOk: () => sent.mutate(key),
    });
  };
  return (
    <Button size="small" loading={sent.isPending} aria-label={t('resendNumber', { number })} onClick={ask}>
      {t('resend')}
    </Button>
  );
}
