import { call, routes, type shapes } from '@tongban/console/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';

const guideStaleMs = 300_000;
const guidesPerPage = 20;
/** A screen in a hall asks so often: a called number has to be there before somebody has looked up twice. */
export const displayRefreshMs = 2_000;

export interface GuideSearch {
  readonly query: string;
  readonly theme: NonNullable<shapes.SearchGuideData['query']>['theme'];
  readonly audience: NonNullable<shapes.SearchGuideData['query']>['audience'];
}

export const useGuides = (node: string, search: GuideSearch) =>
  useInfiniteQuery({
    queryKey: ['guides', node, search],
    queryFn: ({ pageParam, signal }) =>
      call(routes.searchGuide, {
        path: { node },
        query: { ...search, limit: guidesPerPage, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    staleTime: guideStaleMs,
  });

export const useGuide = (node: string, code: string) =>
  useQuery({
    queryKey: ['guide', node, code],
    queryFn: ({ signal }) => call(routes.getGuide, { path: { node, code }, signal }),
    staleTime: guideStaleMs,
  });

export const useHalls = (node: string) =>
  useQuery({
    queryKey: ['halls', node],
    queryFn: ({ signal }) => call(routes.listHalls, { path: { node }, signal }),
  });

/** Kept and asked for again whatever happens: the reader is told how old it is. */
export const useDisplay = (node: string, hall: string, refreshMs: number = displayRefreshMs) =>
  useQuery({
    queryKey: ['display', node, hall],
    queryFn: ({ signal }) => call(routes.getHallDisplay, { path: { node, hall }, signal }),
    refetchInterval: refreshMs,
    refetchIntervalInBackground: true,
    networkMode: 'always',
    retry: false,
  });

export const useAgents = (node: string) =>
  useQuery({
    queryKey: ['agents', node],
    queryFn: ({ signal }) => call(routes.listAgents, { path: { node }, signal }),
  });
