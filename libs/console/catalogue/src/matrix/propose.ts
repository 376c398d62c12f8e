import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isAnswered } from '../command.js';
import { proposalsKey } from '../proposals/proposal-queries.js';
import { matrixKey } from './matrix-queries.js';

type Published = NonNullable<shapes.PublishCatalogueData['body']['delegations']>[number];

/** What became of it: waits for a second person under this number, or, a node's very first publication, is in force. */
export interface Sent {
  readonly proposal: string | undefined;
}

/** Puts one delegation forward. A second try sends the same under the same key. */
export function usePropose(sent: (outcome: Sent) => void) {
  const { node } = useSession();
  const queries = useQueryClient();
  const [key, setKey] = useState(newKey);
  return useMutation({
    mutationFn: (made: (key: string) => Published) =>
      call(routes.publishCatalogue, {
        path: { node },
        headers: commandHeaders(key),
        body: { delegations: [made(key)] },
      }),
    onSuccess: (answer) => sent({ proposal: 'proposal' in answer ? answer.proposal : undefined }),
    onError: (error) => {
      if (isAnswered(error)) setKey(newKey());
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: matrixKey(node) }),
        queries.invalidateQueries({ queryKey: proposalsKey(node) }),
      ]),
  });
}
