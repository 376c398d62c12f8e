import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

const refreshMs = 15_000;
/** Elements and departments change with a release or a publication, not while somebody reads. */
const tableStaleMs = 300_000;
export const itemsPage = 25;
export const draftsPage = 25;

export type ItemsQuery = Omit<NonNullable<shapes.ListItemsData['query']>, 'scope' | 'limit'>;
export type DraftStatus = shapes.DraftSummary['status'];

/** Everything about drafts begins so: one invalidation renews lists, the draft and its impact. */
export const draftsKey = (node: string) => ['item-drafts', node] as const;

/** All that the node sees, not only what it may handle itself. */
export function useItems(asked: ItemsQuery) {
  const { node } = useSession();
  const query = { ...asked, scope: 'seen' as const, limit: itemsPage };
  return useQuery({
    queryKey: ['items', node, query],
    queryFn: ({ signal }) => call(routes.listItems, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useDepartments() {
  const { node } = useSession();
  return useQuery({
    queryKey: ['departments', node],
    queryFn: ({ signal }) => call(routes.listDepartments, { path: { node }, signal }),
    staleTime: tableStaleMs,
  });
}

export function useItem(code: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: ['catalogue-item', node, code],
    queryFn: ({ signal }) => call(routes.getItem, { path: { node, code }, signal }),
  });
}

export function useHistory(code: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: ['item-versions', node, code],
    queryFn: ({ signal }) => call(routes.listItemVersions, { path: { node, code }, signal }),
  });
}

export function useElements() {
  return useQuery({
    queryKey: ['item-elements'],
    queryFn: ({ signal }) => call(routes.listItemElements, { signal }),
    staleTime: tableStaleMs,
  });
}

/** Two versions side by side; nothing is asked for while one of them is missing. */
export function useComparison(code: string, from: number | undefined, to: number | undefined) {
  const { node } = useSession();
  return useQuery({
    queryKey: ['item-comparison', node, code, from, to],
    queryFn: ({ signal }) =>
      call(routes.compareItemVersions, { path: { node, code }, query: { from: from!, to: to! }, signal }),
    enabled: from !== undefined && to !== undefined,
  });
}

export function useDrafts(status: DraftStatus, cursor: string | undefined) {
  const { node } = useSession();
  const query = { status, cursor, limit: draftsPage };
  return useQuery({
    queryKey: [...draftsKey(node), 'list', query],
    queryFn: ({ signal }) => call(routes.listDrafts, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
}

export function useDraft(draft: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...draftsKey(node), draft],
    queryFn: ({ signal }) => call(routes.getDraft, { path: { node, draft }, signal }),
  });
}

export function useImpact(draft: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...draftsKey(node), draft, 'impact'],
    queryFn: ({ signal }) => call(routes.getDraftImpact, { path: { node, draft }, signal }),
    refetchInterval: refreshMs,
  });
}
