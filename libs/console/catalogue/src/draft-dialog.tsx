import { call, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog, type ActWords } from './act-dialog.js';
import { headersFor } from './command.js';
import type { AskedAct } from './draft-acts.js';
import { draftsKey } from './queries.js';

const longestNote = 1_000;

interface DraftDialogProps {
  readonly act: AskedAct;
  /** As the person has read it: the act is refused when it has changed since. */
  readonly draft: shapes.ItemDraft;
  readonly close: () => void;
}

/** Asks for the words that go with an act and does it, once: a second try sends the same key. */
export function DraftDialog({ act, draft, close }: DraftDialogProps) {
  const { t } = useTranslation('catalogue');
  const problemText = useProblemText();
  const done = useDraftAct({ act, draft, close });
  const words = act === 'return' || act === 'withdraw' ? 'needed' : act === 'publish' ? 'none' : 'possible';
  return (
    <ActDialog
      title={t(`acts.${act}`)}
      hint={t(`actHints.${act}`)}
      problem={done.error === null ? null : <Alert type="error" showIcon title={problemText(done.error)} />}
      words={words}
      longest={longestNote}
      danger={act === 'withdraw'}
      isPending={done.isPending}
      act={done.mutate}
      close={close}
    />
  );
}

function useDraftAct({ act, draft: { draft, seq }, close }: DraftDialogProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: ({ note = '' }: ActWords) => send(act, { path: { node, draft }, headers: headersFor(key, seq) }, note),
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
