import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

/** How long the browser may take to open a PDF before its bytes are given back. */
const openWithinMs = 60_000;

/** What is opened: a paper to be handed over as it was issued, or a copy that says who looked at it. */
interface Wanted {
  readonly file: string;
  readonly form: 'original' | 'copy';
}

/** Opens papers of a case as PDF; each opening is on record with its purpose. */
export function usePrint(record: string) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const path = { node, record };
  const parseAs = 'blob' as const;
  const print = useMutation({
    mutationFn: (wanted: Wanted | undefined) => {
      if (wanted === undefined) return call(routes.printReceipt, { path, query: { purpose: t('print') }, parseAs });
      const { file, form } = wanted;
      const purpose = t(form === 'copy' ? 'openCopy' : 'print');
      return call(routes.printDocument, { path: { ...path, file }, query: { purpose, form }, parseAs });
    },
    onSuccess: (pdf) => {
      const address = URL.createObjectURL(pdf);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), openWithinMs);
    },
    onError: (told) => void message.error(problemText(told)),
  });
  return {
    printing: print.isPending,
    printed: print.variables,
    printDocument: (file: string) => print.mutate({ file, form: 'original' }),
    openCopy: (file: string) => print.mutate({ file, form: 'copy' }),
    printReceipt: () => print.mutate(undefined),
  };
}
