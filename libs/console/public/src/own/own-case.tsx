import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { usePlace } from '../place.js';
import { Steps } from '../progress.js';
import { Rating } from '../rating.js';
import { Empty, Failure, Loading, Panel, Submit } from '../ui.js';
import { Materials, type Attachment } from './materials.js';
import { Own } from './own.js';
import { ownKey, useItem, useOwnCase } from './own-queries.js';
import { Withdrawal } from './withdrawal.js';

const openWithinMs = 60_000;

export function OwnCasePage() {
  const { t } = useTranslation('public');
  return (
    <Own title={t('ownCase')}>
      <OwnCase />
    </Own>
  );
}

function OwnCase() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { record = '' } = useParams();
  const queries = useQueryClient();
  const { data, error, refetch } = useOwnCase(record);
  const [key] = useState(newKey);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data === null) return <Empty text={t('notYours')} />;
  const renew = () => queries.invalidateQueries({ queryKey: [ownKey] });
  return (
    <>
      <Panel title={data.item.name}>
        <p className="quiet">{t('numbered', { number: data.number })}</p>
        <p className="status">{t(`caseStatuses.${data.statusCode}`)}</p>
        <p lang="zh-CN">{data.text}</p>
        <Steps steps={data.steps} />
        <p className="actions">
          <Receipt node={node} record={record} />
          <Link className="button" to="data">
            {t('ownData')}
          </Link>
        </p>
      </Panel>
      {data.canSupplement ? <Supplement node={node} found={data} done={renew} /> : null}
      {data.canRate ? (
        <Rating
          rate={(body) =>
            call(routes.rateCase, { path: { node, record }, headers: commandHeaders(key), body }).then(renew)
          }
        />
      ) : null}
      {data.canWithdraw ? <Withdrawal node={node} record={record} done={renew} /> : null}
    </>
  );
}

function Receipt({ node, record }: { readonly node: string; readonly record: string }) {
  const { t } = useTranslation('public');
  const opened = useMutation({
    mutationFn: () =>
      call(routes.printReceipt, {
        path: { node, record },
        query: { purpose: t('receiptPurpose') },
        parseAs: 'blob' as const,
      }),
    onSuccess: (pdf) => {
      const address = URL.createObjectURL(pdf);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), openWithinMs);
    },
  });
  return (
    <>
      <button type="button" className="button" disabled={opened.isPending} onClick={() => opened.mutate()}>
        {t('receipt')}
      </button>
      {opened.error === null ? null : <Failure error={opened.error} />}
    </>
  );
}

interface SupplementProps {
  readonly node: string;
  readonly found: shapes.OwnCase;
  readonly done: () => Promise<unknown>;
}

/** 补正: what the one-time notice asked for, handed in together. */
function Supplement({ node, found, done }: SupplementProps) {
  const { t } = useTranslation('public');
  const item = useItem(found.item.code);
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const [key] = useState(newKey);
  const sent = useMutation({
    mutationFn: () =>
      call(routes.supplementCase, {
        path: { node, record: found.record },
        headers: commandHeaders(key),
        body: { attachments: [...attachments] },
      }),
    onSuccess: done,
  });
  if (item.error !== null) return <Failure error={item.error} again={() => void item.refetch()} />;
  if (item.data === undefined) return <Loading />;
  const asked = item.data.materials.filter(({ code }) => found.missing.includes(code));
  const complete = asked.every(({ code }) => attachments.some(({ material }) => material === code));
  return (
    <Panel title={t('supplement')}>
      <p>{t('supplementLead')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) sent.mutate();
        }}
      >
        <Materials node={node} materials={asked} value={attachments} change={setAttachments} tried={false} />
        {sent.error === null ? null : <Failure error={sent.error} />}
        <Submit busy={sent.isPending || !complete}>{t('sendSupplement')}</Submit>
      </form>
    </Panel>
  );
}
