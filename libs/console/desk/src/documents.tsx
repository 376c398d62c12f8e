import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePrint } from './print.js';
import { useDocuments } from './queries.js';

/** The documents that the entries of the case issue; each is printed from entry and papers when it is asked for. */
export function Documents({ record }: { readonly record: string }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { data, error } = useDocuments(record);
  const { printing, printed, printDocument, openCopy } = usePrint(record);
  const isOpening = (file: string, form: 'original' | 'copy'): boolean =>
    printing && printed?.file === file && printed.form === form;
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  if (data.documents.length === 0) return <Nothing text={t('noDocuments')} />;
  return (
    <ul className="rows">
      {data.documents.map(({ id, title, number, issuedAt }) => (
        <li key={id}>
          <Flex wrap justify="space-between" align="center" gap="small">
            <span>
              {title} {number === null ? null : <span className="number">{number}</span>}
              <div className="quiet">{formatInstant(issuedAt, language)}</div>
            </span>
            <Flex gap="small">
              <Button
                aria-label={`${t('openCopy')} ${title}`}
                loading={isOpening(`${id}.pdf`, 'copy')}
                onClick={() => openCopy(`${id}.pdf`)}
              >
                {t('openCopy')}
              </Button>
              <Button
                aria-label={`${t('print')} ${title}`}
                loading={isOpening(`${id}.pdf`, 'original')}
                onClick={() => printDocument(`${id}.pdf`)}
              >
                {t('print')}
              </Button>
            </Flex>
          </Flex>
        </li>
      ))}
    </ul>
  );
}
