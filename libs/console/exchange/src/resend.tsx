import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';
import { exchangeKey } from './queries.js';
import { ResendReason } from './resend-reason.js';

interface ResendProps {
  readonly report: shapes.ExchangeReport;
  readonly profile: PartProps['profile'];
}

/** Reports a case anew with a reason: only what has been answered can be, the rest is on its way or incomplete. */
export function Resend({ report, profile }: ResendProps) {
  const { t } = useTranslation('exchange');
  const [asking, setAsking] = useState(false);
  const { number, state } = report;
  if (state !== 'rejected' && state !== 'acknowledged') return null;
  return (
    <>
      <Button size="small" aria-label={t('resendNumber', { number })} onClick={() => setAsking(true)}>
        {t('resend')}
      </Button>
      {asking ? <ResendDialog report={report} profile={profile} close={() => setAsking(false)} /> : null}
    </>
  );
}

interface Values {
  readonly reason: string;
}

/** Asks why, and sends once: a second try goes under the same key. */
function ResendDialog({ report, profile, close }: ResendProps & { readonly close: () => void }) {
  const { t } = useTranslation('exchange');
  const problemText = useProblemText();
  const [form] = Form.useForm<Values>();
  const sent = useResend(report.record, profile, close);
  return (
    <Modal
      open
      title={t('resendTitle', { number: report.number })}
      okText={t('resend')}
      cancelText={t('cancel')}
      okButtonProps={{ loading: sent.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {sent.error === null ? null : <Alert type="error" showIcon title={problemText(sent.error)} />}
      <p>{t('resendHint')}</p>
      <Form form={form} layout="vertical" onFinish={({ reason }) => sent.mutate(reason.trim())}>
        <ResendReason autoFocus />
      </Form>
    </Modal>
  );
}

function useResend(record: string, profile: PartProps['profile'], close: () => void) {
  const { t } = useTranslation('exchange');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: (reason: string) =>
      call(routes.resendExchangeReport, {
        ...{ path: { node, record }, query: { profile }, headers: commandHeaders(key) },
        body: { reason },
      }),
    onSuccess: ({ dataVersion }) => {
      void message.success(t('resent', { version: dataVersion }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: exchangeKey(node) }),
  });
}
