import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

const figuresRefreshMs = 60_000;
const linksRefreshMs = 15_000;

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
