import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';

/** The route's own bounds. */
const shortestPurpose = 2;
const longestPurpose = 200;
/** What is shown hides itself again: an office's screen is seen by more than one pair of eyes. */
const shownMs = 120_000;

interface ContentProps {
  readonly order: shapes.ExchangeOrder;
  readonly profile: PartProps['profile'];
}

/** What the province wrote of a case: shown to who says what for, which is recorded, and for a while. */
export function OrderContent({ order, profile }: ContentProps) {
  const { t } = useTranslation('exchange');
  const [asking, setAsking] = useState(false);
  const [content, setContent] = useState<string>();
  useEffect(() => {
    if (content === undefined) return;
    const timer = setTimeout(() => setContent(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [content]);
  // Nobody knows its case: there is nothing to open.
  if (order.record === null) return <>{t('none')}</>;
  if (content !== undefined) return <span className="plain">{content}</span>;
  return (
    <>
      <Button
        size="small"
        aria-label={t('openOrderNumber', { number: order.number ?? '' })}
        onClick={() => setAsking(true)}
      >
        {t('openOrder')}
      </Button>
      {asking ? <WhyDialog order={order} profile={profile} close={() => setAsking(false)} show={setContent} /> : null}
    </>
  );
}

interface Values {
  readonly purpose: string;
}

interface WhyProps extends ContentProps {
  readonly close: () => void;
  readonly show: (content: string) => void;
}

/** Each opening is an act on record: it is asked for once, and never again by itself. */
function WhyDialog({ order: { id, number }, profile, close, show }: WhyProps) {
  const { t } = useTranslation('exchange');
  const { node } = useSession();
  const problemText = useProblemText();
  const [form] = Form.useForm<Values>();
  const opened = useMutation({
    mutationFn: (purpose: string) =>
      call(routes.openExchangeOrder, { path: { node, id }, query: { profile, purpose } }),
    onSuccess: ({ content }) => {
      show(content ?? t('orderGone'));
      close();
    },
  });
  return (
    <Modal
      open
      title={t('openOrderTitle', { number: number ?? '' })}
      okText={t('openOrder')}
      cancelText={t('cancel')}
      okButtonProps={{ loading: opened.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {opened.error === null ? null : <Alert type="error" showIcon title={problemText(opened.error)} />}
      <Form<Values> form={form} layout="vertical" onFinish={({ purpose }) => opened.mutate(purpose.trim())}>
        <Form.Item
          name="purpose"
          label={t('openOrderWhy')}
          extra={t('openOrderHint')}
          rules={[{ required: true, whitespace: true, min: shortestPurpose, message: t('openOrderNeeded') }]}
        >
          <Input maxLength={longestPurpose} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
