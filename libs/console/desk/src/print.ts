import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

/** How long the browser may take to open a PDF before its bytes are given back. */
const openWithinMs = 60_000;

/** Opens papers of a case as PDF; each opening is on record with its purpose. */
export function usePrint(record: string) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const options = { path: { node, record }, query: { purpose: t('print') }, parseAs: 'blob' as const };
  const print = useMutation({
    mutationFn: (file: string | undefined) =>
      file === undefined
        ? call(routes.printReceipt, options)
        : call(routes.printDocument, { ...options, path: { ...options.path, file } }),
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
    printDocument: (file: string) => print.mutate(file),
    printReceipt: () => print.mutate(undefined),
  };
}
