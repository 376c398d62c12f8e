import { call, commandHeaders, newKey, routes } from '@tongban/console/api';
import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './parts.js';
import { exchangeKey } from './queries.js';
import { ResendReason } from './resend-reason.js';
import { longestValue, resendScopes, resendOrderOf, resendValue, type ResendForm } from './resend-scope.js';

/** 批量重新上报: everything of a day, an item or a department; what has no report or no answer yet is passed over. */
export function ResendMany({ profile }: Pick<PartProps, 'profile'>) {
  const { t } = useTranslation('exchange');
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{t('resendMany')}</Button>
      {asking ? <ManyDialog profile={profile} close={() => setAsking(false)} /> : null}
    </div>
  );
}

function ManyDialog({ profile, close }: Pick<PartProps, 'profile'> & { readonly close: () => void }) {
  const { t } = useTranslation('exchange');
  const problemText = useProblemText();
  const [form] = Form.useForm<ResendForm>();
  const scope = Form.useWatch('scope', form) ?? 'day';
  const ordered = useOrder(profile, close);
  return (
    <Modal
      open
      title={t('resendMany')}
      okText={t('resend')}
      cancelText={t('cancel')}
      okButtonProps={{ loading: ordered.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {ordered.error === null ? null : <Alert type="error" showIcon title={problemText(ordered.error)} />}
      <p>{t('resendManyHint')}</p>
      <Form<ResendForm>
        form={form}
        layout="vertical"
        initialValues={{ scope: 'day', value: officeDay() }}
        onFinish={(values) => ordered.mutate(values)}
      >
        <Form.Item name="scope" label={t('resendWhat')}>
          <Radio.Group
            options={resendScopes.map((value) => ({ value, label: t(`resendScopes.${value}`) }))}
            onChange={({ target }) => form.setFieldValue('value', target.value === 'day' ? officeDay() : '')}
          />
        </Form.Item>
        <Form.Item
          name="value"
          label={t(`resendValues.${scope}`)}
          rules={[{ required: true, pattern: resendValue[scope], message: t(`resendValuesNeeded.${scope}`) }]}
        >
          {scope === 'day' ? <Input type="date" max={officeDay()} /> : <Input maxLength={longestValue[scope]} />}
        </Form.Item>
        <ResendReason />
      </Form>
    </Modal>
  );
}

/** Orders under one key: a second try is the same order. */
function useOrder(profile: PartProps['profile'], close: () => void) {
  const { t } = useTranslation('exchange');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: (values: ResendForm) =>
      call(routes.orderExchangeResend, {
        ...{ path: { node }, query: { profile }, headers: commandHeaders(key) },
        body: resendOrderOf(values),
      }),
    onSuccess: ({ reports }) => {
      void message.success(t('resentMany', { count: reports }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: exchangeKey(node) }),
  });
}
