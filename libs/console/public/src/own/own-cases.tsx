import { formatInstant, useLanguage } from '@tongban/console/language';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty, Failure, Loading } from '../ui.js';
import { Own } from './own.js';
import { useOwnCases } from './own-queries.js';

export function OwnCasesPage() {
  const { t } = useTranslation('public');
  return (
    <Own title={t('nav.my')}>
      <OwnCases />
    </Own>
  );
}

function OwnCases() {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useOwnCases();
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const cases = data.pages.flatMap((page) => page.cases);
  return (
    <>
      {cases.length === 0 ? <Empty text={t('noOwnCases')} /> : null}
      <ul className="results">
        {cases.map(({ record, number, item, statusCode, text, submittedAt }) => (
          <li key={record}>
            <Link to={record}>{item.name}</Link>
            <p className="tags">
              <span className="strong">{t(`caseStatuses.${statusCode}`)}</span>
              <span>{number}</span>
            </p>
            <p lang="zh-CN">{text}</p>
            <p className="quiet">{t('appliedAt', { time: formatInstant(submittedAt, language) })}</p>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <button
          type="button"
          className="button wide"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('more')}
        </button>
      ) : null}
    </>
  );
}
