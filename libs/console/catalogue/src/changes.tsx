import type { shapes } from '@tongban/console/api';
import { Table, Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { linesOf, placeOf } from './lines.js';
import { useWords, type Words } from './words.js';

const colors = { added: 'success', removed: 'error', changed: 'processing' } as const;
const pageSize = 20;

/** Field by field what is said otherwise: before and after side by side, below each other on a phone. */
export function Changes({
  changes,
  label,
}: {
  readonly changes: readonly shapes.FieldChange[];
  readonly label: string;
}) {
  const { t } = useTranslation('catalogue');
  const words = useWords();
  const columns: TableColumnsType<shapes.FieldChange> = [
    {
      title: t('element'),
      width: '30%',
      render: (_, { path, title, kind, from, to }) => {
        const { within, name } = placeOf(path, words);
        return (
          <>
            <strong>{title}</strong> <Tag color={colors[kind]}>{t(`changeKinds.${kind}`)}</Tag>
            {within === '' ? null : <div className="quiet">{within}</div>}
            <div className="phone-only">
              <div>
                <div className="quiet">{t('before')}</div>
                <Lines name={name} value={from} words={words} />
              </div>
              <div>
                <div className="quiet">{t('after')}</div>
                <Lines name={name} value={to} words={words} />
              </div>
            </div>
          </>
        );
      },
    },
    {
      title: t('before'),
      responsive: ['md'],
      render: (_, { path, from }) => <Lines name={placeOf(path, words).name} value={from} words={words} />,
    },
    {
      title: t('after'),
      responsive: ['md'],
      render: (_, { path, to }) => <Lines name={placeOf(path, words).name} value={to} words={words} />,
    },
  ];
  return (
    <Table<shapes.FieldChange>
      aria-label={label}
      rowKey={({ kind, path }) => `${kind} ${path}`}
      size="small"
      columns={columns}
      dataSource={[...changes]}
      pagination={changes.length > pageSize ? { pageSize, showSizeChanger: false } : false}
    />
  );
}

interface LinesProps {
  readonly name: string;
  readonly value: unknown;
  readonly words: Words;
}

/** A value as people read it; a dash where nothing is said. */
export function Lines({ name, value, words }: LinesProps) {
  const { t } = useTranslation('catalogue');
  const lines = linesOf(name, value, words);
  if (lines.length === 0) return <span className="quiet">{t('nothingSaid')}</span>;
  if (lines.length === 1) return <span className="lines">{lines[0]}</span>;
  return (
    <ol className="value-lines">
      {lines.map((line, index) => (
        <li key={`${index} ${line}`}>{line}</li>
      ))}
    </ol>
  );
}
