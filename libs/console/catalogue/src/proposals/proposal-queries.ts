import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

const refreshMs = 15_000;
export const proposalsPage = 25;

export type ProposalStatus = shapes.CatalogueProposal['status'];

export const proposalsKey = (node: string) => ['proposals', node] as const;

export function useProposals(status: ProposalStatus, cursor: string | undefined) {
  const { node } = useSession();
  const query = { status, cursor, limit: proposalsPage };
  return useQuery({
    queryKey: [...proposalsKey(node), 'list', query],
    queryFn: ({ signal }) => call(routes.listProposals, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
}

export function useProposal(proposal: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...proposalsKey(node), proposal],
    queryFn: ({ signal }) => call(routes.getProposal, { path: { node, proposal }, signal }),
  });
}
