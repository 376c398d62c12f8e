import type { Sheet } from './sheet.js';

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly align?: 'left' | 'center';
}

const paddingShare = 0.45;

/** A row of a table. A row that is longer than a page goes on over the next ones. */
export function drawRow(sheet: Sheet, cells: readonly Cell[], size: number, minLines = 1): void {
  const padding = size * paddingShare;
  const lineHeight = size * sheet.style.tableLeading;
  const lines = cells.map(({ text, width }) => sheet.linesOf(text, size, width - 2 * padding));
  const count = Math.max(minLines, ...lines.map(({ length }) => length));
  const whole = count * lineHeight + 2 * padding;
  const page = sheet.bottom - sheet.style.margin.top;
  sheet.ensure(Math.min(whole, page));
  let done = 0;
  while (done < count) {
    const fitting = Math.max(1, Math.floor((sheet.bottom - sheet.y - 2 * padding) / lineHeight));
    const part = Math.min(count - done, fitting);
    let x = sheet.left;
    cells.forEach(({ width, align = 'left' }, column) => {
      sheet.box(x, sheet.y, width, part * lineHeight + 2 * padding);
      (lines[column] ?? []).slice(done, done + part).forEach((line, index) => {
        sheet.line(line, sheet.y + padding + index * lineHeight, {
          ...{ size, align, leading: sheet.style.tableLeading },
          ...{ left: x + padding, width: width - 2 * padding },
        });
      });
      x += width;
    });
    sheet.skip(part * lineHeight + 2 * padding);
    done += part;
    if (done < count) sheet.ensure(page);
  }
}
