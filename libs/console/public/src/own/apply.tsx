import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { usePlace } from '../place.js';
import { Empty, Failure, Loading } from '../ui.js';
import { ApplicationForm, type Application } from './application-form.js';
import { Own } from './own.js';
import { useItem } from './own-queries.js';

/** 网上申请: the item's own form and papers, handed in by the resident. */
export function ApplyPage() {
  const { t } = useTranslation('public');
  const { code = '' } = useParams();
  const { data, error, refetch } = useItem(code);
  return (
    <Own title={data === undefined ? t('apply') : t('applyFor', { name: data.name })}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined ? error === null ? <Loading /> : null : <Apply item={data} />}
    </Own>
  );
}

function Apply({ item }: { readonly item: shapes.Item }) {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  // The same key for every attempt: an application that got no answer is not made twice.
  const [key] = useState(newKey);
  const sent = useMutation({
    mutationFn: (application: Application) =>
      call(routes.submitCase, {
        path: { node },
        headers: commandHeaders(key),
        body: { ...application, item: item.code, channel: 'online' as const },
      }),
  });
  if (item.presenceRequired) return <Empty text={t('presenceRequired')} />;
  if (sent.data === undefined)
    return (
      <ApplicationForm node={node} item={item} busy={sent.isPending} error={sent.error} send={(a) => sent.mutate(a)} />
    );
  return (
    <div className="done" role="status">
      <p>{t('applied')}</p>
      <dl className="facts">
        <div>
          <dt>{t('caseNumber')}</dt>
          <dd>{sent.data.number}</dd>
        </div>
        <div>
          <dt>{t('queryCode')}</dt>
          <dd>{sent.data.queryCode}</dd>
        </div>
      </dl>
      <p>{t('keepCode')}</p>
      <p className="actions">
        <Link className="button primary" to={`/${node}/my/${sent.data.record}`}>
          {t('openOwnCase')}
        </Link>
      </p>
    </div>
  );
}
