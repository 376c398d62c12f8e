import { useSession } from '@tongban/console/session';
import { Page } from '@tongban/console/shared';
import { CloseCircleFilled } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress, type Change } from '../address.js';
import { DepartmentFilter, LevelFilter } from '../item-filters.js';
import { cellOf, cellText, filterOf, longestWords, tiers, type MatrixFilter } from './asked.js';
import { CellDialog } from './cell-dialog.js';
import { MatrixGrid } from './matrix-grid.js';

/** 权限配置: which division holds which powers over which item; a cell opens what it holds them by. */
export function MatrixPage() {
  const { t } = useTranslation('catalogue');
  const [search, show] = useAddress();
  const filter = filterOf(search);
  const cell = cellOf(search.get('cell'));
  return (
    <Page title={t('title.delegations')}>
      <Filters filter={filter} show={show} />
      <MatrixGrid
        key={JSON.stringify(filter)}
        filter={filter}
        start={cell}
        open={(name) => show({ cell: cellText(name) })}
      />
      {cell === undefined ? null : (
        <CellDialog key={cellText(cell)} name={cell} on={filter.on} close={() => show({ cell: undefined })} />
      )}
    </Page>
  );
}

interface FiltersProps {
  readonly filter: MatrixFilter;
  readonly show: (changes: Change) => void;
}

function Filters({ filter, show }: FiltersProps) {
  const { t } = useTranslation('catalogue');
  const { divisions, node } = useSession();
  const below = divisions.within(node);
  return (
    <div className="filters" role="search">
      <Words label={t('words')} value={filter.query} change={(q) => show({ q })} />
      <LevelFilter level={filter.level} show={show} />
      <DepartmentFilter department={filter.department} show={show} />
      <Select
        className="filter subtree"
        aria-label={t('matrix.under')}
        placeholder={t('matrix.anyUnder')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={filter.under}
        onChange={(under?: string) => show({ under })}
        options={below.map((code) => ({ value: code, label: divisions.path(code) || divisions.name(code) }))}
      />
      <Select
        className="filter"
        aria-label={t('matrix.tier')}
        placeholder={t('matrix.anyTier')}
        allowClear
        value={filter.tier}
        onChange={(tier?: string) => show({ tier })}
        options={tiers.slice(1).map((value) => ({ value, label: t(`codes.level.${value}`) }))}
      />
      <Words label={t('matrix.place')} value={filter.place} change={(place) => show({ place })} />
      <label className="on-day">
        <span>{t('matrix.on')}</span>
        <Input
          type="date"
          value={filter.on ?? ''}
          onChange={({ target }) => {
            if (target.value === '' || target.validity.valid) show({ on: target.value });
          }}
        />
      </label>
    </div>
  );
}

interface WordsProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly change: (words: string) => void;
}

/** Words that are looked for when they have been written, not with every key. */
function Words({ label, value = '', change }: WordsProps) {
  const { t } = useTranslation('catalogue');
  const [words, setWords] = useState(value);
  // Another address, e.g. by the browser's way back, has other words.
  useEffect(() => setWords(value), [value]);
  const clear = (
    <>
      <CloseCircleFilled />
      <span className="spoken">{t('clearWords')}</span>
    </>
  );
  return (
    <Input.Search
      className="item-words"
      aria-label={label}
      placeholder={label}
      maxLength={longestWords}
      allowClear={{ clearIcon: clear }}
      value={words}
      onChange={({ target }) => setWords(target.value)}
      enterButton={t('search')}
      onSearch={(typed) => change(typed.trim())}
    />
  );
}
