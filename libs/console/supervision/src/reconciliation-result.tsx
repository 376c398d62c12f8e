import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { Alert, Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** All that one run has found, and whether both sides have signed it. */
export function ReconciliationResult({ row }: { readonly row: shapes.Reconciliation }) {
  const { t } = useTranslation('supervision');
  const language = useLanguage();
  const { peer, begunAt, endedAt, isSigned, isCountersigned, result } = row;
  const interruption = result?.interruption ?? null;
  const signed = (is: boolean) => t(is ? 'yes' : 'no');
  const figures =
    result === null
      ? []
      : ([
          ['checked', result.checkedRecords],
          ['checkedEntries', result.checkedEntries],
          ['rederived', result.rederived],
          ['damaged', result.damaged],
          ['differingRecords', result.differing],
          ['mendedHere', result.mendedHere],
          ['mendedThere', result.mendedThere],
        ] as const);
  return (
    <>
      {interruption === null ? null : (
        <Alert type="warning" showIcon title={t('interruptedBy', { reason: interruption })} />
      )}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'begunAt', label: t('begunAt'), children: formatInstant(begunAt, language) },
          {
            key: 'endedAt',
            label: t('endedAt'),
            children: endedAt === null ? t('results.running') : formatInstant(endedAt, language),
          },
          ...figures.map(([key, value]) => ({ key, label: t(key), children: value })),
          { key: 'signedHere', label: t('signedHere'), children: signed(isSigned) },
          // What a node checks by itself has nobody on the other side.
          ...(peer === null
            ? []
            : [{ key: 'signedThere', label: t('signedThere'), children: signed(isCountersigned) }]),
        ]}
      />
      {result === null || result.unmended.length === 0 ? null : (
        <>
          <p>{t('unmendedRecords', { count: result.unmended.length })}</p>
          <ul className="reasons">
            {result.unmended.map(({ record, code, detail }) => (
              <li key={`${record} ${code}`}>
                <Link to={`/cases/${record}`}>{record}</Link> {detail}（{code}）
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
