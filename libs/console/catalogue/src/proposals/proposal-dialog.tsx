import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { headersFor } from '../command.js';
import { matrixKey } from '../matrix/matrix-queries.js';
import { ProblemLines } from '../problem-lines.js';
import { proposalsKey } from './proposal-queries.js';

const noteRows = 3;
const longestNote = 1_000;

export type ProposalAct = 'approve' | 'reject' | 'takeBack';

interface ProposalDialogProps {
  readonly act: ProposalAct;
  /** As the person has read it: the act is refused when it has changed since. */
  readonly proposal: shapes.CatalogueProposal;
  readonly close: () => void;
}

interface Values {
  readonly note?: string;
}

/** Asks once more, or for the reason, and does it; a second try sends the same key. */
export function ProposalDialog({ act, proposal, close }: ProposalDialogProps) {
  const { t } = useTranslation('catalogue');
  const [form] = Form.useForm<Values>();
  const done = useProposalAct({ act, proposal, close });
  return (
    <Modal
      open
      title={t(`proposals.acts.${act}`)}
      okText={t(`proposals.acts.${act}`)}
      cancelText={t('cancel')}
      okButtonProps={{ danger: act !== 'approve', loading: done.isPending, autoFocus: act === 'approve' }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      <ProblemLines error={done.error} />
      <p>{t(`proposals.hints.${act}`)}</p>
      <Form form={form} layout="vertical" className="act" onFinish={(values) => done.mutate(values)}>
        {act === 'approve' ? null : (
          <Form.Item
            name="note"
            label={t('reason')}
            rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}
          >
            <Input.TextArea autoSize={{ minRows: noteRows }} maxLength={longestNote} showCount autoFocus />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function useProposalAct({ act, proposal: { proposal, seq }, close }: ProposalDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: async ({ note = '' }: Values): Promise<void> => {
      const command = { path: { node, proposal }, headers: headersFor(key, seq) };
      if (act === 'approve') await call(routes.approveProposal, command);
      else await call(routes.rejectProposal, { ...command, body: { reason: note.trim() } });
    },
    onSuccess: () => {
      void message.success(t(`proposals.done.${act}`));
      close();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: proposalsKey(node) }),
        queries.invalidateQueries({ queryKey: matrixKey(node) }),
        // What was published shows in the list and on the item's page.
        ...['items', 'catalogue-item', 'item-versions', 'departments'].map((name) =>
          queries.invalidateQueries({ queryKey: [name, node] }),
        ),
      ]),
  });
}
