import { useSession } from '@tongban/console/session';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellName } from './asked.js';
import type { Size, Spot } from './geometry.js';
import { headHeight, rowHeight, type Layout, type MatrixHolding, type Reader } from './pieces.js';

interface MatrixRowsProps {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly size: Size;
  readonly layout: Layout;
  readonly spot: Spot;
  readonly opened: CellName | undefined;
  readonly read: Reader;
  readonly choose: (spot: Spot) => void;
}

/** The headings, which stay in view, and the rows that are drawn, each at its place in the whole. */
export function MatrixRows({ rows, columns, size, layout, spot, opened, read, choose }: MatrixRowsProps) {
  const width = layout.head + size.columns * layout.cell;
  return (
    <div role="rowgroup" className="matrix-space" style={{ width, height: headHeight + size.rows * rowHeight }}>
      <Heading columns={columns} layout={layout} read={read} />
      {rows.map((row) => {
        const item = read.item(row);
        return (
          <div
            key={row}
            role="row"
            aria-rowindex={row + 2}
            className="matrix-row"
            style={{ top: headHeight + row * rowHeight, height: rowHeight, width }}
          >
            <div
              role="rowheader"
              aria-colindex={1}
              className="matrix-item"
              style={{ width: layout.head }}
              title={item?.name}
            >
              <span>{item?.name ?? '…'}</span>
            </div>
            {columns.map((column) => {
              const place = read.place(column);
              return (
                <Cell
                  key={column}
                  row={row}
                  column={column}
                  left={layout.head + column * layout.cell}
                  width={layout.cell}
                  active={spot.row === row && spot.column === column}
                  opened={opened !== undefined && opened.code === item?.code && opened.place === place?.node}
                  item={item?.name}
                  node={place?.node}
                  holding={read.holding({ row, column })}
                  choose={choose}
                />
              );
            })}
          </div>
        );
      })}
    </div>
  );
}

function Heading({ columns, layout, read }: Pick<MatrixRowsProps, 'columns' | 'layout' | 'read'>) {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  return (
    <div role="row" aria-rowindex={1} className="matrix-heads" style={{ height: headHeight }}>
      <div role="columnheader" aria-colindex={1} className="matrix-corner" style={{ width: layout.head }}>
        {t('matrix.corner')}
      </div>
      {columns.map((column) => {
        const place = read.place(column);
        const [above] = place === undefined ? [] : divisions.above(place.node);
        return (
          <div
            key={column}
            role="columnheader"
            aria-colindex={column + 2}
            className="matrix-place"
            style={{ left: layout.head + column * layout.cell, width: layout.cell }}
            title={place === undefined ? undefined : divisions.path(place.node) || place.name}
          >
            <span className="quiet">{above === undefined ? '' : divisions.name(above)}</span>
            <span>{place?.name ?? '…'}</span>
          </div>
        );
      })}
    </div>
  );
}

interface CellProps {
  readonly row: number;
  readonly column: number;
  readonly left: number;
  readonly width: number;
  readonly active: boolean;
  readonly opened: boolean;
  readonly item: string | undefined;
  readonly node: string | undefined;
  readonly holding: MatrixHolding | undefined;
  readonly choose: (spot: Spot) => void;
}

/** Signs for the eye; the powers, the item and the division in words for whoever listens. */
const Cell = memo(function Cell({ row, column, left, width, active, opened, item, node, holding, choose }: CellProps) {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  const held = holding?.powers ?? [];
  const words =
    holding === undefined
      ? t('matrix.reading')
      : holding.byRight
        ? t('matrix.byRight')
        : held.length === 0
          ? t('matrix.none')
          : held.map((power) => t(`codes.power.${power}`)).join(t('list'));
  const place = node === undefined ? '' : divisions.path(node) || divisions.name(node);
  const kind = holding === undefined ? '' : holding.byRight ? 'right' : held.length === 0 ? 'none' : 'given';
  return (
    <div
      id={`cell-${row}-${column}`}
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={active}
      aria-label={t('matrix.cell', { item: item ?? '', place, words })}
      className={`matrix-cell ${kind}${active ? ' active' : ''}${opened ? ' opened' : ''}`}
      style={{ left, width }}
      onClick={() => choose({ row, column })}
    >
      <span aria-hidden>
        {holding === undefined
          ? '…'
          : holding.byRight
            ? t('matrix.right')
            : held.length === 0
              ? '–'
              : held.map((power) => t(`matrix.short.${power}`)).join(t('matrix.shortJoin'))}
      </span>
    </div>
  );
});
