import { call, routes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Nothing, useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDocuments } from './queries.js';

/** How long the browser may take to open a PDF before its bytes are given back. */
const openWithinMs = 60_000;

/** The documents that the entries of the case issue; each is printed from entry and papers when it is asked for. */
export function Documents({ record }: { readonly record: string }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const { data, error } = useDocuments(record);
  const print = useMutation({
    mutationFn: (file: string) =>
      call(routes.printDocument, {
        path: { node, record, file },
        query: { purpose: t('print') },
        parseAs: 'blob' as const,
      }),
    onSuccess: (pdf) => {
      const address = URL.createObjectURL(pdf);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), openWithinMs);
    },
    onError: (told) => void message.error(problemText(told)),
  });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  if (data.documents.length === 0) return <Nothing text={t('noDocuments')} />;
  return (
    <ul className="rows">
      {data.documents.map(({ id, title, number, issuedAt }) => (
        <li key={id}>
          <Flex justify="space-between" align="center" gap="small">
            <span>
              {title} {number === null ? null : <span className="number">{number}</span>}
              <div className="quiet">{formatInstant(issuedAt, language)}</div>
            </span>
            <Button
              loading={print.isPending && print.variables === `${id}.pdf`}
              onClick={() => print.mutate(`${id}.pdf`)}
            >
              {t('print')}
            </Button>
          </Flex>
        </li>
      ))}
    </ul>
  );
}
