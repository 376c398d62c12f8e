import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { officeDay } from '@tongban/console/language';
import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

type Filter = NonNullable<shapes.ExportCasesData['query']>;

/** The list as it is filtered, as .xlsx; agents, who see only a few cases, have no such file. */
export function SaveSheet({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('desk');
  const { node, person } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const saved = useMutation({
    mutationFn: () => call(routes.exportCases, { path: { node }, query: filter, parseAs: 'blob' as const }),
    onSuccess: (file) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `${t('sheetName', { day: officeDay() })}.xlsx`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (error) => void message.error(problemText(error)),
  });
  if (!person.roles.some((role) => role !== 'agent')) return null;
  return (
    <Button icon={<DownloadOutlined aria-hidden />} loading={saved.isPending} onClick={() => saved.mutate()}>
      {t('saveSheet')}
    </Button>
  );
}
