import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { CellName, MatrixFilter } from './asked.js';
import { blockSize } from './geometry.js';

/** Powers change with a publication: a piece that was read is good for as long as somebody looks around. */
const blockStaleMs = 120_000;

export const matrixKey = (node: string) => ['delegation-matrix', node] as const;

export interface BlockName {
  readonly row: number;
  readonly column: number;
}

export const blockText = ({ row, column }: BlockName): string => `${row}/${column}`;

/** The pieces of the matrix that are to be seen, by `blockText`; those still on their way are missing. */
export function useBlocks(filter: MatrixFilter, names: readonly BlockName[]) {
  const { node } = useSession();
  return useQueries({
    queries: names.map(({ row, column }) => {
      const window = { itemsFrom: row * blockSize, placesFrom: column * blockSize };
      const query = { ...filter, ...window, itemsLimit: blockSize, placesLimit: blockSize };
      return {
        queryKey: [...matrixKey(node), query],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          call(routes.showDelegationMatrix, { path: { node }, query, signal }),
        staleTime: blockStaleMs,
      };
    }),
    combine: (results) => ({
      blocks: new Map<string, shapes.DelegationMatrix>(
        results.flatMap(({ data }, index) => (data === undefined ? [] : [[blockText(names[index]!), data] as const])),
      ),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      again: () => void Promise.all(results.filter(({ error }) => error !== null).map(({ refetch }) => refetch())),
    }),
  });
}

export function useCell({ code, place }: CellName, on: string | undefined) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...matrixKey(node), 'cell', code, place, on],
    queryFn: ({ signal }) =>
      call(routes.getMatrixCell, { path: { node, code, place }, query: on === undefined ? {} : { on }, signal }),
  });
}
