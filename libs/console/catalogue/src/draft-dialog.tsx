import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { headersFor } from './command.js';
import type { AskedAct } from './draft-acts.js';
import { draftsKey } from './queries.js';

const noteRows = 3;
const longestNote = 1_000;

interface DraftDialogProps {
  readonly act: AskedAct;
  /** As the person has read it: the act is refused when it has changed since. */
  readonly draft: shapes.ItemDraft;
  readonly close: () => void;
}

interface Values {
  readonly note?: string;
}

/** Asks for the words that go with an act and does it, once: a second try sends the same key. */
export function DraftDialog({ act, draft, close }: DraftDialogProps) {
  const { t } = useTranslation('catalogue');
  const problemText = useProblemText();
  const [form] = Form.useForm<Values>();
  const done = useDraftAct({ act, draft, close });
  const needsNote = act === 'return' || act === 'withdraw';
  return (
    <Modal
      open
      title={t(`acts.${act}`)}
      okText={t(`acts.${act}`)}
      cancelText={t('cancel')}
      okButtonProps={{ danger: act === 'withdraw', loading: done.isPending, autoFocus: act === 'publish' }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {done.error === null ? null : <Alert type="error" showIcon title={problemText(done.error)} />}
      <p>{t(`actHints.${act}`)}</p>
      <Form form={form} layout="vertical" className="act" onFinish={(values) => done.mutate(values)}>
        {act === 'publish' ? null : (
          <Form.Item
            name="note"
            label={t(needsNote ? 'reason' : 'note')}
            rules={needsNote ? [{ required: true, whitespace: true, message: t('reasonNeeded') }] : []}
          >
            <Input.TextArea autoSize={{ minRows: noteRows }} maxLength={longestNote} showCount autoFocus />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function useDraftAct({ act, draft: { draft, seq }, close }: DraftDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: ({ note = '' }: Values) => send(act, { path: { node, draft }, headers: headersFor(key, seq) }, note),
    onSuccess: () => {
      void message.success(t(`actsDone.${act}`));
      close();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: draftsKey(node) }),
        // What was published shows in the list and on the item's page.
        ...['items', 'catalogue-item', 'item-versions'].map((name) =>
          queries.invalidateQueries({ queryKey: [name, node] }),
        ),
      ]),
  });
}

interface Command {
  readonly path: { readonly node: string; readonly draft: string };
  readonly headers: ReturnType<typeof headersFor>;
}

function send(act: AskedAct, command: Command, note: string): Promise<shapes.ItemDraft> {
  const words = note.trim();
  const review = (body: shapes.ReviewDraftData['body']) => call(routes.reviewDraft, { ...command, body });
  switch (act) {
    case 'approve':
      return review(words === '' ? { verdict: 'approve' } : { verdict: 'approve', note: words });
    case 'return':
      return review({ verdict: 'return', note: words });
    case 'publish':
      return call(routes.publishDraft, command);
    case 'withdraw':
      return call(routes.withdrawDraft, { ...command, body: { reason: words } });
  }
}
