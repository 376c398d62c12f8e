import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

export const reformItemsPage = 25;

export type RoundItem = shapes.ReformItems['items'][number];

export const reformsKey = (node: string) => ['reforms', node] as const;

export function useRounds() {
  const { node } = useSession();
  return useQuery({
    queryKey: [...reformsKey(node), 'list'],
    queryFn: ({ signal }) => call(routes.listReforms, { path: { node }, signal }),
  });
}

export function useRound(round: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...reformsKey(node), round],
    queryFn: ({ signal }) => call(routes.getReform, { path: { node, round }, signal }),
  });
}

export function useRoundComparison(round: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...reformsKey(node), round, 'comparison'],
    queryFn: ({ signal }) => call(routes.compareReform, { path: { node, round }, signal }),
  });
}

/** @param page from 1 */
export function useRoundItems(round: string, changed: boolean, page: number) {
  const { node } = useSession();
  const query = { changed: String(changed), from: (page - 1) * reformItemsPage, limit: reformItemsPage };
  return useQuery({
    queryKey: [...reformsKey(node), round, 'items', query],
    queryFn: ({ signal }) => call(routes.listReformItems, { path: { node, round }, query, signal }),
    placeholderData: keepPreviousData,
  });
}
