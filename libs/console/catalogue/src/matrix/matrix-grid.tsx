import { Failure, Loading, Nothing } from '@tongban/console/shared';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellName, MatrixFilter } from './asked.js';
import { blocksOf, drawn, indices, moved, scrolledTo, type Size, type Spot } from './geometry.js';
import { MatrixRows } from './matrix-rows.js';
import { useBlocks, type BlockName } from './matrix-queries.js';
import { headHeight, layoutFor, readerOf, rowHeight, type Layout } from './pieces.js';

interface MatrixGridProps {
  readonly filter: MatrixFilter;
  /** The cell that the address names, if any. */
  readonly start: CellName | undefined;
  readonly open: (name: CellName) => void;
}

/** Of the scroller, in pixels. */
interface View {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

const firstView: View = { top: 0, left: 0, width: 1_000, height: 600 };
/** Whoever drags through thousands of rows is not asked for all of them on the way. */
const settleMs = 90;
const firstBlock: BlockName = { row: 0, column: 0 };

function useSettled<T>(value: T, text: string): T {
  const [settled, setSettled] = useState({ value, text });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ value, text }), settleMs);
    return () => clearTimeout(timer);
    // The text stands for the value, which is made anew each time.
  }, [text]);
  return settled.value;
}

/** Pieces for what is drawn, and the first one, which knows how much there is. */
function blocksFor(view: View, size: Size | undefined, layout: Layout): BlockName[] {
  if (size === undefined) return [firstBlock];
  const rows = blocksOf(drawn(view.top, view.height - headHeight, rowHeight, size.rows));
  const columns = blocksOf(drawn(view.left, view.width - layout.head, layout.cell, size.columns));
  const seen = rows.flatMap((row) => columns.map((column) => ({ row, column })));
  return seen.some(({ row, column }) => row === 0 && column === 0) ? seen : [firstBlock, ...seen];
}

/** Items × divisions: of 3.5 million cells those in view are drawn, and read in pieces. */
export function MatrixGrid({ filter, start, open }: MatrixGridProps) {
  const { t } = useTranslation('catalogue');
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(firstView);
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0 });
  const [size, setSize] = useState<Size>();
  const layout = layoutFor(view.width);
  const wanted = blocksFor(view, size, layout);
  const names = useSettled(wanted, JSON.stringify(wanted));
  const { blocks, error, again } = useBlocks(filter, names);
  const first = blocks.get('0/0');
  const read = useMemo(() => readerOf(blocks), [blocks]);
  useEffect(() => {
    if (first !== undefined) setSize({ rows: first.itemsTotal, columns: first.placesTotal });
  }, [first]);
  const measure = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    setView({ top: box.scrollTop, left: box.scrollLeft, width: box.clientWidth, height: box.clientHeight });
  }, []);
  const isShown = size !== undefined && size.rows > 0 && size.columns > 0;
  useEffect(() => {
    const box = scroller.current;
    if (!isShown || box === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [isShown, measure]);

  if (first === undefined && size === undefined) {
    return error === null ? <Loading /> : <Failure error={error} again={again} />;
  }
  if (size === undefined || !isShown) return <Nothing text={t('matrix.nothing')} />;

  const bring = ({ row, column }: Spot): void => {
    const box = scroller.current;
    if (box === null) return;
    box.scrollTop = scrolledTo(row, box.scrollTop, box.clientHeight - headHeight, rowHeight);
    box.scrollLeft = scrolledTo(column, box.scrollLeft, box.clientWidth - layout.head, layout.cell);
    measure();
  };
  const openAt = (at: Spot): void => {
    const name = read.nameOf(at);
    if (name !== undefined) open(name);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return openAt(spot);
    }
    const page = Math.max(1, Math.floor((view.height - headHeight) / rowHeight) - 1);
    const next = moved(event, spot, size, page);
    if (next === undefined) return;
    event.preventDefault();
    setSpot(next);
    bring(next);
  };
  const rows = indices(drawn(view.top, view.height - headHeight, rowHeight, size.rows), spot.row);
  const columns = indices(drawn(view.left, view.width - layout.head, layout.cell, size.columns), spot.column);
  return (
    <>
      <p className="quiet" role="status">
        {t('matrix.counts', { items: size.rows, places: size.columns })}
      </p>
      {error === null ? null : <Failure error={error} again={again} />}
      <div
        ref={scroller}
        className="matrix"
        role="grid"
        tabIndex={0}
        aria-label={t('matrix.label')}
        aria-rowcount={size.rows + 1}
        aria-colcount={size.columns + 1}
        aria-activedescendant={`cell-${spot.row}-${spot.column}`}
        aria-describedby="matrix-legend"
        onScroll={measure}
        onKeyDown={press}
        style={{ maxHeight: headHeight + Math.max(3, size.rows) * rowHeight + 20 }}
      >
        <MatrixRows
          {...{ rows, columns, size, layout, spot, read }}
          opened={start}
          choose={(at) => {
            setSpot(at);
            openAt(at);
          }}
        />
      </div>
      <p id="matrix-legend" className="quiet">
        {t('matrix.legend')}
      </p>
    </>
  );
}
