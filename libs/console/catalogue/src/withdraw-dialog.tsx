import { ApiProblem, call, commandHeaders, newKey, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAnswered } from './command.js';
import { matrixKey } from './matrix/matrix-queries.js';

const reasonRows = 3;
const longestReason = 1_000;
const inUse = 'catalogue.in-use';

interface WithdrawDialogProps {
  readonly code: string;
  readonly name: string;
  readonly close: () => void;
}

interface Values {
  readonly reason: string;
  readonly force?: boolean;
}

/**
 * 撤销事项: with its reason. What stands on the item (running cases, delegations, records) is told before anything is done;
 * whoever wants it all the same has to say so.
 */
export function WithdrawDialog({ code, name, close }: WithdrawDialogProps) {
  const { t } = useTranslation('catalogue');
  const problemText = useProblemText();
  const [form] = Form.useForm<Values>();
  const done = useWithdraw(code, close);
  const uses = done.error instanceof ApiProblem && done.error.code === inUse ? done.error.lines : undefined;
  return (
    <Modal
      open
      title={t('withdrawal.of', { name })}
      okText={t('withdrawal.do')}
      cancelText={t('cancel')}
      okButtonProps={{ danger: true, loading: done.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      <p>{t('withdrawal.hint')}</p>
      {done.error === null || uses !== undefined ? null : (
        <Alert type="error" showIcon title={problemText(done.error)} />
      )}
      <Form form={form} layout="vertical" className="act" onFinish={(values) => done.mutate(values)}>
        <Form.Item
          name="reason"
          label={t('reason')}
          rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}
        >
          <Input.TextArea autoSize={{ minRows: reasonRows }} maxLength={longestReason} showCount autoFocus />
        </Form.Item>
        {uses === undefined ? null : (
          <>
            <Alert
              type="warning"
              showIcon
              title={t('withdrawal.uses', { count: uses.length })}
              description={
                // A long list scrolls: whoever has no mouse must get into it.
                <ul className="reasons uses" tabIndex={0} aria-label={t('withdrawal.uses', { count: uses.length })}>
                  {uses.map((use) => (
                    <li key={use}>{use}</li>
                  ))}
                </ul>
              }
            />
            <Form.Item
              name="force"
              valuePropName="checked"
              rules={[
                {
                  validator: (_, ticked) =>
                    ticked === true ? Promise.resolve() : Promise.reject(new Error(t('withdrawal.forceNeeded'))),
                },
              ]}
            >
              <Checkbox>{t('withdrawal.force')}</Checkbox>
            </Form.Item>
          </>
        )}
      </Form>
    </Modal>
  );
}

function useWithdraw(code: string, close: () => void) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key, setKey] = useState(newKey);
  return useMutation({
    mutationFn: ({ reason, force = false }: Values) =>
      call(routes.withdrawRecord, {
        path: { node, kind: 'item' as const, key: code },
        headers: commandHeaders(key),
        body: { reason: reason.trim(), force },
      }),
    onSuccess: () => {
      void message.success(t('withdrawal.done'));
      close();
    },
    onError: (error) => {
      if (isAnswered(error)) setKey(newKey());
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: matrixKey(node) }),
        ...['items', 'catalogue-item', 'item-versions', 'item-drafts'].map((each) =>
          queries.invalidateQueries({ queryKey: [each, node] }),
        ),
      ]),
  });
}
