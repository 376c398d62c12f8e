import { formatInstant, officeDay, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { collect, tableLimits, type TablePage } from './collect.js';
import { useProblemText } from './problem-text.js';
import { workbookOf, type Cell } from './workbook.js';

interface SaveTableProps<Row> {
  /** Of the sheet and, with the day, of the file. */
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly value: (row: Row) => Cell }[];
  readonly page: (cursor: string | undefined, signal: AbortSignal) => Promise<TablePage<Row>>;
}

/**
 * A whole table as .xlsx, not only the page that is shown: how far it has come is told, it can be stopped, and it ends at
 * a bound, which the file says. Its last row says who took it out and when.
 */
export function SaveTable<Row>({ name, columns, page }: SaveTableProps<Row>) {
  const { t } = useTranslation('shared');
  const { divisions, node, person } = useSession();
  const language = useLanguage();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [read, setRead] = useState<number>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const save = async () => {
    const control = (running.current = new AbortController());
    setRead(0);
    try {
      const { rows, isCut } = await collect(page, control.signal, setRead);
      const at = formatInstant(new Date().toISOString(), language);
      const unit = divisions.path(node) || divisions.name(node);
      saveFile(
        `${name}-${officeDay()}.xlsx`,
        workbookOf(name, [
          columns.map(({ title }) => title),
          ...rows.map((row) => columns.map(({ value }) => value(row))),
          ...(isCut ? [[t('save.cut', { count: tableLimits.mostRows })]] : []),
          [t('save.by', { name: person.name, unit, at })],
        ]),
      );
      void message.success(t('save.done', { count: rows.length }));
    } catch (error) {
      if (!control.signal.aborted) void message.error(problemText(error));
    } finally {
      setRead(undefined);
    }
  };
  return (
    <Space wrap>
      <Button icon={<DownloadOutlined aria-hidden />} loading={read !== undefined} onClick={() => void save()}>
        {t('save.table')}
      </Button>
      {read === undefined ? null : (
        <>
          <span role="status">{t('save.read', { count: read })}</span>
          <Button onClick={() => running.current?.abort()}>{t('save.stop')}</Button>
        </>
      )}
    </Space>
  );
}

/** How long the browser may take to begin with a file before its bytes are given back. */
const beginWithinMs = 60_000;

export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), beginWithinMs);
}
