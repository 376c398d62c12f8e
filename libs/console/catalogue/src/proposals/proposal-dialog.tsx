import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog, type ActWords } from '../act-dialog.js';
import { headersFor } from '../command.js';
import { matrixKey } from '../matrix/matrix-queries.js';
import { ProblemLines } from '../problem-lines.js';
import { proposalsKey } from './proposal-queries.js';

const longestNote = 1_000;

export type ProposalAct = 'approve' | 'reject' | 'takeBack';

interface ProposalDialogProps {
  readonly act: ProposalAct;
  /** As the person has read it: the act is refused when it has changed since. */
  readonly proposal: shapes.CatalogueProposal;
  readonly close: () => void;
}

/** Asks once more, or for the reason, and does it; a second try sends the same key. */
export function ProposalDialog({ act, proposal, close }: ProposalDialogProps) {
  const { t } = useTranslation('catalogue');
  const done = useProposalAct({ act, proposal, close });
  return (
    <ActDialog
      title={t(`proposals.acts.${act}`)}
      hint={t(`proposals.hints.${act}`)}
      problem={<ProblemLines error={done.error} />}
      words={act === 'approve' ? 'none' : 'needed'}
      longest={longestNote}
      danger={act !== 'approve'}
      isPending={done.isPending}
      act={done.mutate}
      close={close}
    />
  );
}

function useProposalAct({ act, proposal: { proposal, seq }, close }: ProposalDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: async ({ note = '' }: ActWords): Promise<void> => {
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
