import { call, routes, type shapes } from '@tongban/console/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { usePlace } from '../place.js';

const refreshMs = 15_000;
const itemStaleMs = 300_000;
const pageSize = 50;

export const ownKey = 'own';

/** Everything that this place's host holds of the person, newest first. */
export function useOwnCases() {
  const { node } = usePlace();
  return useInfiniteQuery({
    queryKey: [ownKey, node, 'cases'],
    queryFn: ({ pageParam, signal }) =>
      call(routes.listOwnCases, {
        path: { node },
        query: { limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: refreshMs,
  });
}

/** One of them; undefined while it is being read, null when it is none of the person's. */
export function useOwnCase(record: string) {
  const list = useOwnCases();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const found = list.data?.pages.flatMap(({ cases }) => cases).find((one) => one.record === record);
  if (found === undefined && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  const data: shapes.OwnCase | null | undefined = found ?? (list.data === undefined || hasNextPage ? undefined : null);
  return { data, error: list.error, refetch: list.refetch };
}

export function useItem(code: string | undefined) {
  const { node } = usePlace();
  return useQuery({
    queryKey: ['item', node, code],
    queryFn: ({ signal }) => call(routes.getItem, { path: { node, code: code ?? '' }, signal }),
    enabled: code !== undefined,
    staleTime: itemStaleMs,
  });
}
