import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { headersFor } from '../command.js';
import { matrixKey } from '../matrix/matrix-queries.js';
import { ProblemLines } from '../problem-lines.js';
import { actsOfRound, type RoundAct } from './acts.js';
import { reformsKey } from './reform-queries.js';

const noteRows = 3;
const longestNote = 500;

/** What this person can do with the round now. */
export function RoundActs({ round }: { readonly round: shapes.ReformRound }) {
  const { t } = useTranslation('catalogue');
  const { person } = useSession();
  const [asked, setAsked] = useState<RoundAct>();
  const { acts, own } = actsOfRound({ round, subject: person.subject, roles: person.roles });
  return (
    <Space orientation="vertical" className="wide">
      {own ? <Alert type="info" showIcon title={t('reform.own')} /> : null}
      {acts.length === 0 ? <p className="quiet">{t('nothingToDo')}</p> : null}
      <Space wrap>
        {acts.map((act) => (
          <Button
            key={act}
            type={act === 'return' || act === 'discard' ? 'default' : 'primary'}
            danger={act === 'discard'}
            onClick={() => setAsked(act)}
          >
            {t(`reform.acts.${act}`)}
          </Button>
        ))}
      </Space>
      {asked === undefined ? null : (
        <RoundDialog key={asked} act={asked} round={round} close={() => setAsked(undefined)} />
      )}
    </Space>
  );
}

interface RoundDialogProps {
  readonly act: RoundAct;
  /** As the person has read it: the act is refused when it has changed since. */
  readonly round: shapes.ReformRound;
  readonly close: () => void;
}

interface Values {
  readonly note?: string;
}

function RoundDialog({ act, round, close }: RoundDialogProps) {
  const { t } = useTranslation('catalogue');
  const [form] = Form.useForm<Values>();
  const done = useRoundAct({ act, round, close });
  const needsNote = act === 'return' || act === 'discard';
  return (
    <Modal
      open
      title={t(`reform.acts.${act}`)}
      okText={t(`reform.acts.${act}`)}
      cancelText={t('cancel')}
      okButtonProps={{ danger: act === 'discard', loading: done.isPending, autoFocus: !needsNote }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      <ProblemLines error={done.error} />
      <p>{t(`reform.hints.${act}`)}</p>
      <Form form={form} layout="vertical" className="act" onFinish={(values) => done.mutate(values)}>
        {needsNote ? (
          <Form.Item
            name="note"
            label={t('reason')}
            rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}
          >
            <Input.TextArea autoSize={{ minRows: noteRows }} maxLength={longestNote} showCount autoFocus />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}

function useRoundAct({ act, round: { round, seq }, close }: RoundDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: ({ note = '' }: Values) => {
      const command = { path: { node, round }, headers: headersFor(key, seq) };
      const body = { note: note.trim() };
      switch (act) {
        case 'propose':
          return call(routes.proposeReform, command);
        case 'approve':
          return call(routes.approveReform, command);
        case 'publish':
          return call(routes.publishReform, command);
        case 'return':
          return call(routes.returnReform, { ...command, body });
        case 'discard':
          return call(routes.discardReform, { ...command, body });
      }
    },
    onSuccess: () => {
      void message.success(t(`reform.done.${act}`));
      close();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: reformsKey(node) }),
        queries.invalidateQueries({ queryKey: matrixKey(node) }),
        ...['items', 'catalogue-item', 'item-versions'].map((name) =>
          queries.invalidateQueries({ queryKey: [name, node] }),
        ),
      ]),
  });
}
