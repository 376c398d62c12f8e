import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

interface SaveRoundProps {
  readonly round: string;
  readonly title: string;
}

/** Totals and items before and after, as .xlsx. */
export function SaveRound({ round, title }: SaveRoundProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const saved = useMutation({
    mutationFn: () => call(routes.exportReform, { path: { node, round }, parseAs: 'blob' as const }),
    onSuccess: (file) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `${t('reform.sheetName', { title })}.xlsx`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (error) => void message.error(problemText(error)),
  });
  return (
    <Button icon={<DownloadOutlined aria-hidden />} loading={saved.isPending} onClick={() => saved.mutate()}>
      {t('reform.save')}
    </Button>
  );
}
