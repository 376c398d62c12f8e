import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing, Page, SaveTable, useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Space, Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { reconciliationsKey, useReconciliations } from './queries.js';
import { ReconciliationResult } from './reconciliation-result.js';

type Reconciliation = shapes.Reconciliation;

const colors = {
  running: 'processing',
  agreed: 'success',
  differing: 'error',
  interrupted: 'warning',
  cancelled: 'default',
} as const;

/** 上下级对账: what this node checked by itself and with its neighbours, newest first, with what was found and mended. */
export function ReconciliationPage() {
  const { t } = useTranslation('supervision');
  const { data, error, refetch } = useReconciliations();
  const columns = useColumns();
  const rows = data?.reconciliations ?? [];
  return (
    <Page
      title={t('title.reconciliations')}
      actions={
        <Space wrap>
          <Begin running={rows.some(({ state }) => state === 'running')} />
          {rows.length === 0 ? null : <Save rows={rows} />}
        </Space>
      }
    >
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : null
      ) : rows.length === 0 ? (
        <Nothing text={t('noReconciliations')} />
      ) : (
        <Table<Reconciliation>
          aria-label={t('title.reconciliations')}
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={rows}
          pagination={false}
          expandable={{
            columnTitle: <span className="spoken">{t('reconciliationResult')}</span>,
            expandedRowRender: (row) => <ReconciliationResult row={row} />,
          }}
        />
      )}
    </Page>
  );
}

/** Begins a run over all records, by whoever runs the machines; the children compare with this node where asked. */
function Begin({ running }: { readonly running: boolean }) {
  const { t } = useTranslation('supervision');
  const { node, person } = useSession();
  const { modal, message } = App.useApp();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const begun = useMutation({
    mutationFn: ({ key, children }: { readonly key: string; readonly children: boolean }) =>
      call(routes.requestReconciliation, { path: { node }, body: { children }, headers: commandHeaders(key) }),
    onSuccess: () => void message.success(t('reconciliationBegun')),
    onError: (error) => void message.error(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: reconciliationsKey(node) }),
  });
  if (!person.roles.includes('administrator')) return null;
  const ask = (children: boolean) => {
    const key = newKey();
    modal.confirm({
      title: t(children ? 'beginBelow' : 'begin'),
      content: t(children ? 'beginBelowHint' : 'beginHint'),
      okText: t('beginNow'),
      cancelText: t('cancel'),
      onOk: () => begun.mutate({ key, children }),
    });
  };
  return (
    <>
      <Button type="primary" disabled={running} loading={begun.isPending} onClick={() => ask(false)}>
        {t('begin')}
      </Button>
      <Button disabled={running || begun.isPending} onClick={() => ask(true)}>
        {t('beginBelow')}
      </Button>
    </>
  );
}

/** Stops a run between two steps, by whoever may begin one. */
function Cancel({ id }: { readonly id: string }) {
  const { t } = useTranslation('supervision');
  const { node, person } = useSession();
  const { modal, message } = App.useApp();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const cancelled = useMutation({
    mutationFn: (key: string) =>
      call(routes.cancelReconciliation, { path: { node, reconciliation: id }, headers: commandHeaders(key) }),
    onSuccess: () => void message.success(t('cancelAsked')),
    onError: (error) => void message.error(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: reconciliationsKey(node) }),
  });
  if (!person.roles.includes('administrator')) return null;
  const ask = () =>
    modal.confirm({
      title: t('cancelRun'),
      content: t('cancelRunHint'),
      okText: t('cancelRun'),
      okButtonProps: { danger: true },
      cancelText: t('goOn'),
      onOk: () => cancelled.mutate(newKey()),
    });
  return (
    <Button size="small" danger disabled={cancelled.isSuccess} loading={cancelled.isPending} onClick={ask}>
      {t('cancelRun')}
    </Button>
  );
}

const usePlace = (): ((peer: string | null) => string) => {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  return (peer) => (peer === null ? t('self') : divisions.path(peer) || divisions.name(peer));
};

const mendedOf = ({ result }: Reconciliation): number => (result === null ? 0 : result.mendedHere + result.mendedThere);

function useColumns(): TableColumnsType<Reconciliation> {
  const { t } = useTranslation('supervision');
  const language = useLanguage();
  const place = usePlace();
  return [
    { title: t('peer'), render: (_, { peer }) => place(peer) },
    {
      title: t('result'),
      render: (_, { id, state, checkedSoFar }) => (
        <Space wrap>
          <Tag color={colors[state]}>{t(`results.${state}`)}</Tag>
          {state === 'running' ? (
            <>
              {checkedSoFar === null ? t('waitsForTurn') : t('checkedSoFar', { count: checkedSoFar })}
              <Cancel id={id} />
            </>
          ) : null}
        </Space>
      ),
    },
    { title: t('begunAt'), responsive: ['md'], render: (_, { begunAt }) => formatInstant(begunAt, language) },
    { title: t('checked'), align: 'right', responsive: ['md'], render: (_, { result }) => result?.checkedRecords },
    { title: t('differingRecords'), align: 'right', responsive: ['sm'], render: (_, { result }) => result?.differing },
    {
      title: t('mended'),
      align: 'right',
      responsive: ['sm'],
      render: (_, row) => (row.result === null ? null : mendedOf(row)),
    },
    { title: t('unmended'), align: 'right', responsive: ['sm'], render: (_, { result }) => result?.unmended.length },
  ];
}

function Save({ rows }: { readonly rows: readonly Reconciliation[] }) {
  const { t } = useTranslation('supervision');
  const language = useLanguage();
  const place = usePlace();
  const instant = (at: string | null) => (at === null ? '' : formatInstant(at, language));
  return (
    <SaveTable<Reconciliation>
      name={t('title.reconciliations')}
      columns={[
        { title: t('peer'), value: ({ peer }) => place(peer) },
        { title: t('result'), value: ({ state }) => t(`results.${state}`) },
        { title: t('begunAt'), value: ({ begunAt }) => instant(begunAt) },
        { title: t('endedAt'), value: ({ endedAt }) => instant(endedAt) },
        { title: t('checked'), value: ({ result }) => result?.checkedRecords ?? '' },
        { title: t('differingRecords'), value: ({ result }) => result?.differing ?? '' },
        { title: t('mended'), value: mendedOf },
        { title: t('unmended'), value: ({ result }) => result?.unmended.map(({ record }) => record).join(' ') ?? '' },
        { title: t('signedHere'), value: ({ isSigned }) => t(isSigned ? 'yes' : 'no') },
        { title: t('signedThere'), value: ({ isCountersigned }) => t(isCountersigned ? 'yes' : 'no') },
      ]}
      page={() => Promise.resolve({ rows, next: null })}
    />
  );
}
