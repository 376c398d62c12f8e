import { Button, Space } from 'antd';
import { useTranslation } from 'react-i18next';

interface PagerProps {
  /** Where the page that is shown begins; undefined at the front. */
  readonly cursor: string | undefined;
  /** Where the next one begins; null at the end. */
  readonly next: string | null | undefined;
  readonly go: (cursor: string | undefined) => void;
}

/** Below a list that the server gives page by page, by where the last page ended: on, and back to the front. */
export function Pager({ cursor, next, go }: PagerProps) {
  const { t } = useTranslation('shared');
  if (cursor === undefined && (next ?? null) === null) return null;
  return (
    <nav aria-label={t('pager.name')}>
      <Space className="pager">
        {cursor === undefined ? null : <Button onClick={() => go(undefined)}>{t('pager.front')}</Button>}
        {next === null || next === undefined ? null : <Button onClick={() => go(next)}>{t('pager.more')}</Button>}
      </Space>
    </nav>
  );
}
