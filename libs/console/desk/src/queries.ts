import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useQuery } from '@tanstack/react-query';
import { useReadsPapers } from './papers.js';

const refreshMs = 15_000;
const itemStaleMs = 300_000;

/** Everything that is asked about one case begins so: one invalidation renews the page. */
export const caseKey = (node: string, record: string) => ['case', node, record] as const;

function useCaseQuery<T>(
  part: string,
  record: string,
  ask: (path: CasePath, signal: AbortSignal) => Promise<T>,
  enabled = true,
) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...caseKey(node, record), part],
    queryFn: ({ signal }) => ask({ node, record }, signal),
    refetchInterval: refreshMs,
    enabled,
  });
}

interface CasePath {
  readonly node: string;
  readonly record: string;
}

export const useCase = (record: string) =>
  useCaseQuery('state', record, (path, signal) => call(routes.getCase, { path, signal }));

export const useEntries = (record: string) =>
  useCaseQuery('entries', record, (path, signal) => call(routes.listCaseEntries, { path, signal }));

export const useActs = (record: string) =>
  useCaseQuery('acts', record, (path, signal) => call(routes.listCaseActs, { path, signal }));

/** Asked for only where there are any and the person may read them. */
export function useDocuments(record: string) {
  const { settings } = useSession();
  const enabled = useReadsPapers() && settings.features.includes('documents');
  return useCaseQuery('documents', record, (path, signal) => call(routes.listDocuments, { path, signal }), enabled);
}

/** The item as the person's node offers it now, for names of its papers and fields; the province's node offers none. */
export function useItem(code: string) {
  const { node, settings } = useSession();
  return useQuery({
    queryKey: ['item', node, code],
    queryFn: ({ signal }) => call(routes.getItem, { path: { node, code }, signal }),
    enabled: code !== '' && settings.features.includes('casework'),
    staleTime: itemStaleMs,
    retry: false,
  });
}
