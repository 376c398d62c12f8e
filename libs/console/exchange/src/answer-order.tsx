import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OrderContent } from './order-content.js';
import type { PartProps } from './parts.js';
import { exchangeKey } from './queries.js';

/** The route's own bound. */
const longestAnswer = 2_000;
const answerRows = 4;

interface AnswerProps {
  readonly order: shapes.ExchangeOrder;
  readonly profile: PartProps['profile'];
}

/** Answers an order that is still open; an answer goes to the province once and is not changed. */
export function AnswerOrder({ order, profile }: AnswerProps) {
  const { t } = useTranslation('exchange');
  const [asking, setAsking] = useState(false);
  if (order.state !== 'open') return null;
  return (
    <>
      <Button
        size="small"
        aria-label={t('answerNumber', { number: order.number ?? '' })}
        onClick={() => setAsking(true)}
      >
        {t('answer')}
      </Button>
      {asking ? <AnswerDialog order={order} profile={profile} close={() => setAsking(false)} /> : null}
    </>
  );
}

interface Values {
  readonly text: string;
}

/** Sends under one key: a second try is the same answer. */
function AnswerDialog({ order, profile, close }: AnswerProps & { readonly close: () => void }) {
  const { id, number } = order;
  const { t } = useTranslation('exchange');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [key] = useState(newKey);
  const answered = useMutation({
    mutationFn: (text: string) =>
      call(routes.answerExchangeOrder, {
        ...{ path: { node, id }, query: { profile }, headers: commandHeaders(key) },
        body: { text },
      }),
    onSuccess: () => {
      void message.success(t('answerTaken'));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: exchangeKey(node) }),
  });
  return (
    <Modal
      open
      title={t('answerTitle', { number: number ?? '' })}
      okText={t('answer')}
      cancelText={t('cancel')}
      okButtonProps={{ loading: answered.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {answered.error === null ? null : <Alert type="error" showIcon title={problemText(answered.error)} />}
      <OrderContent order={order} profile={profile} />
      <Form<Values> form={form} layout="vertical" onFinish={({ text }) => answered.mutate(text.trim())}>
        <Form.Item
          name="text"
          label={t('answerText')}
          extra={t('answerHint')}
          rules={[{ required: true, whitespace: true, message: t('answerNeeded') }]}
        >
          <Input.TextArea autoSize={{ minRows: answerRows }} maxLength={longestAnswer} showCount autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
