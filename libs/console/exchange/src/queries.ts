import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { tableLimits } from '@tongban/console/shared';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

const refreshMs = 15_000;
export const reportsPage = 25;

export const profiles = ['national-json', 'national-grpc', 'national-database', 'shandong-database'] as const;
export type Profile = (typeof profiles)[number];
export type ReportState = shapes.ExchangeReport['state'];

/** Everything about the exchange begins so: one invalidation renews the page. */
export const exchangeKey = (node: string) => ['exchange', node] as const;

export function useStatus(profile: Profile | undefined) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...exchangeKey(node), 'status', profile],
    queryFn: ({ signal }) => call(routes.getExchangeStatus, { path: { node }, query: { profile }, signal }),
    refetchInterval: refreshMs,
  });
}

export function useReports(profile: Profile | undefined, state: ReportState | undefined, cursor: string | undefined) {
  const { node } = useSession();
  const query = { profile, state, cursor, limit: reportsPage };
  return useQuery({
    queryKey: [...exchangeKey(node), 'reports', query],
    queryFn: ({ signal }) => call(routes.listExchangeReports, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
}

export function useResends(profile: Profile | undefined, cursor: string | undefined) {
  const { node } = useSession();
  const query = { profile, cursor, limit: reportsPage };
  return useQuery({
    queryKey: [...exchangeKey(node), 'resends', query],
    queryFn: ({ signal }) => call(routes.listExchangeResends, { path: { node }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
}

/** Asks the province: not again by itself. */
export function useStatement(profile: Profile | undefined, day: string) {
  const { node } = useSession();
  return useQuery({
    queryKey: [...exchangeKey(node), 'statement', profile, day],
    queryFn: ({ signal }) => call(routes.getExchangeStatement, { path: { node }, query: { profile, day }, signal }),
  });
}

/** Pages of the reports for a table that is saved whole. */
export function useReportPages(profile: Profile | undefined, state: ReportState | undefined) {
  const { node } = useSession();
  return async (cursor: string | undefined, signal: AbortSignal) => {
    const query = { profile, state, cursor, limit: tableLimits.pageRows };
    const { reports, next } = await call(routes.listExchangeReports, { path: { node }, query, signal });
    return { rows: reports, next };
  };
}

export type OrderState = shapes.ExchangeOrder['state'];

const orderPage = (node: string, query: NonNullable<shapes.ListExchangeOrdersData['query']>, signal: AbortSignal) =>
  call(routes.listExchangeOrders, { path: { node }, query, signal });

export function useOrders(profile: Profile | undefined, state: OrderState | undefined, cursor: string | undefined) {
  const { node } = useSession();
  const query = { profile, state, cursor, limit: reportsPage };
  return useQuery({
    queryKey: [...exchangeKey(node), 'orders', query],
    queryFn: ({ signal }) => orderPage(node, query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? refreshMs : false,
  });
}

export function useOrderPages(profile: Profile | undefined, state: OrderState | undefined) {
  const { node } = useSession();
  return async (cursor: string | undefined, signal: AbortSignal) => {
    const { orders, next } = await orderPage(node, { profile, state, cursor, limit: tableLimits.pageRows }, signal);
    return { rows: orders, next };
  };
}

export interface DayRecords {
  readonly day: string;
  readonly kind: shapes.ListExchangeStatementRecordsData['query']['kind'];
}

const recordPage = (node: string, query: shapes.ListExchangeStatementRecordsData['query'], signal: AbortSignal) =>
  call(routes.listExchangeStatementRecords, { path: { node }, query, signal });

export function useDayRecords(profile: Profile | undefined, of: DayRecords, cursor: string | undefined) {
  const { node } = useSession();
  const query = { profile, ...of, cursor, limit: reportsPage };
  return useQuery({
    queryKey: [...exchangeKey(node), 'records', query],
    queryFn: ({ signal }) => recordPage(node, query, signal),
    placeholderData: keepPreviousData,
  });
}

export function useDayRecordPages(profile: Profile | undefined, of: DayRecords) {
  const { node } = useSession();
  return async (cursor: string | undefined, signal: AbortSignal) => {
    const { records, next } = await recordPage(node, { profile, ...of, cursor, limit: tableLimits.pageRows }, signal);
    return { rows: records, next };
  };
}
