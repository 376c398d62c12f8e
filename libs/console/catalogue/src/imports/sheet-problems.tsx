import type { shapes } from '@tongban/console/api';
import { Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Check } from './import-file.js';

type Problem = shapes.SheetProblem;

const rowsPerPage = 20;

/** Where something is wrong in the workbook, cell by cell, and what it should be. */
export function SheetProblems({ check }: { readonly check: Check }) {
  const { t } = useTranslation('catalogue');
  const { problems, total } = check;
  const [sheet, setSheet] = useState<string>();
  const sheets = [...new Set(problems.map((problem) => problem.sheet))];
  const shown = problems.filter((problem) => sheet === undefined || problem.sheet === sheet);
  const columns = useColumns();
  return (
    <section aria-labelledby="sheet-problems">
      <h3 id="sheet-problems" className="card-title">
        {t('imports.problems')}
      </h3>
      {sheets.length > 1 ? (
        <div className="filters">
          <Select
            className="filter"
            aria-label={t('imports.sheet')}
            placeholder={t('imports.anySheet')}
            allowClear
            value={sheet}
            onChange={setSheet}
            options={sheets.map((value) => ({ value, label: value }))}
          />
        </div>
      ) : null}
      {total > problems.length ? <p className="quiet">{t('imports.told', { count: problems.length })}</p> : null}
      <Table<Problem>
        aria-label={t('imports.problems')}
        rowKey={(problem) => problems.indexOf(problem)}
        size="small"
        columns={columns}
        dataSource={shown}
        pagination={shown.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
      />
    </section>
  );
}

function useColumns(): TableColumnsType<Problem> {
  const { t } = useTranslation('catalogue');
  return [
    {
      title: t('imports.place'),
      render: (_, { sheet, row, cell, column, message }) => (
        <>
          {sheet} <span className="number">{cell ?? t('imports.row', { row })}</span>
          <div className="phone-only">
            {column === undefined ? null : <div className="quiet">{column}</div>}
            {message}
          </div>
        </>
      ),
    },
    { title: t('imports.row1'), responsive: ['md'], align: 'right', dataIndex: 'row' },
    { title: t('imports.column'), responsive: ['md'], render: (_, { column }) => column ?? t('imports.wholeRow') },
    { title: t('imports.what'), responsive: ['md'], dataIndex: 'message' },
  ];
}
