import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog, type ActWords } from '../act-dialog.js';
import { headersFor } from '../command.js';
import { matrixKey } from '../matrix/matrix-queries.js';
import { ProblemLines } from '../problem-lines.js';
import { actsOfRound, type RoundAct } from './acts.js';
import { reformsKey } from './reform-queries.js';

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

function RoundDialog({ act, round, close }: RoundDialogProps) {
  const { t } = useTranslation('catalogue');
  const done = useRoundAct({ act, round, close });
  return (
    <ActDialog
      title={t(`reform.acts.${act}`)}
      hint={t(`reform.hints.${act}`)}
      problem={<ProblemLines error={done.error} />}
      words={act === 'return' || act === 'discard' ? 'needed' : 'none'}
      longest={longestNote}
      danger={act === 'discard'}
      isPending={done.isPending}
      act={done.mutate}
      close={close}
    />
  );
}

function useRoundAct({ act, round: { round, seq }, close }: RoundDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: ({ note = '' }: ActWords) => {
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
