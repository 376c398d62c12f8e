import { call, routes } from '@tongban/console/api';
import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

interface ExportButtonProps {
  readonly content?: 'catalogue' | 'template';
}

/** What the node has published, as .xlsx, or the same sheets with nothing in them. */
export function ExportButton({ content = 'catalogue' }: ExportButtonProps) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const saved = useMutation({
    mutationFn: () =>
      call(routes.exportCatalogue, {
        path: { node },
        query: { format: 'xlsx' as const, content },
        parseAs: 'blob' as const,
      }),
    onSuccess: (file) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `${content === 'template' ? t('imports.templateName') : t('exportName', { day: officeDay() })}.xlsx`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (error) => void message.error(problemText(error)),
  });
  return (
    <Button icon={<DownloadOutlined aria-hidden />} loading={saved.isPending} onClick={() => saved.mutate()}>
      {t(content === 'template' ? 'imports.template' : 'export')}
    </Button>
  );
}
