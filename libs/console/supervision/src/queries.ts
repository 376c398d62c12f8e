import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

const figuresRefreshMs = 60_000;
const linksRefreshMs = 15_000;
const runningRefreshMs = 2_000;

export function useFigures(from: string, to: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: ['case-figures', node, from, to],
    queryFn: ({ signal }) => call(routes.getCaseFigures, { path: { node }, query: { from, to }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: figuresRefreshMs,
  });
}

export function useLinks() {
  const { node } = useSession();
  return useQuery({
    queryKey: ['links', node],
    queryFn: ({ signal }) => call(routes.listLinks, { path: { node }, signal }),
    refetchInterval: linksRefreshMs,
  });
}

export function useLinkMap() {
  const { node } = useSession();
  return useQuery({
    queryKey: ['link-map', node],
    queryFn: ({ signal }) => call(routes.getLinkMap, { path: { node }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: linksRefreshMs,
  });
}

export const reconciliationsKey = (node: string) => ['reconciliations', node] as const;

/** Looks more often while one is running. */
export function useReconciliations() {
  const { node } = useSession();
  return useQuery({
    queryKey: reconciliationsKey(node),
    queryFn: ({ signal }) => call(routes.listReconciliations, { path: { node }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.reconciliations.some((one) => one.state === 'running') === true ? runningRefreshMs : linksRefreshMs,
  });
}
