import type { shapes } from '@tongban/console/api';
import { useTranslation } from 'react-i18next';
import { layoutOf } from './layout.js';

const box = { width: 190, height: 64 } as const;
const gap = { across: 60, down: 22 } as const;
const margin = 8;
const longestName = 12;

/** Ground and border by state; the words say the same, so that nobody needs the colour. */
const looks: Readonly<Record<shapes.JointBranch['state'], readonly [ground: string, border: string]>> = {
  notChosen: ['#f5f5f5', '#bfbfbf'],
  notOpened: ['#f5f5f5', '#8c8c8c'],
  waiting: ['#f5f5f5', '#8c8c8c'],
  ready: ['#e8f1fb', '#1556a8'],
  running: ['#e8f1fb', '#1556a8'],
  supplementing: ['#fffbe6', '#874d00'],
  passed: ['#f6ffed', '#237804'],
  failed: ['#fff1f0', '#a8071a'],
  blocked: ['#fff1f0', '#a8071a'],
};

/**
 * The branches of a joint case, left to right as they follow one another. A picture for eyes: the list beside it says
 * the same in words.
 */
export function JointGraph({ found }: { readonly found: Pick<shapes.JointCase, 'stages' | 'branches'> }) {
  const { t } = useTranslation('joint');
  const { placed, edges, columns, rows } = layoutOf(found.stages, found.branches);
  const at = new Map(
    placed.map(({ code, column, row }) => [
      code,
      { x: margin + column * (box.width + gap.across), y: margin + row * (box.height + gap.down) },
    ]),
  );
  const width = 2 * margin + columns * box.width + (columns - 1) * gap.across;
  const height = 2 * margin + rows * box.height + (rows - 1) * gap.down;
  return (
    <div className="graph" role="group" tabIndex={0} aria-label={t('graph')}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden>
        <defs>
          <marker id="joint-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="#5b6675" />
          </marker>
        </defs>
        {edges.map(({ from, to }) => {
          const [start, end] = [at.get(from)!, at.get(to)!];
          const [x1, y1, x2, y2] = [start.x + box.width, start.y + box.height / 2, end.x, end.y + box.height / 2];
          const middle = (x1 + x2) / 2;
          return (
            <path
              key={`${from} ${to}`}
              d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
              fill="none"
              stroke="#5b6675"
              strokeWidth="1.5"
              markerEnd="url(#joint-arrow)"
            />
          );
        })}
        {found.branches.map(({ code, name, state, stateName, kind }) => {
          const { x, y } = at.get(code)!;
          const [ground, border] = looks[state];
          return (
            <g key={code} transform={`translate(${x} ${y})`}>
              <title>{name}</title>
              <rect
                {...box}
                rx="6"
                fill={ground}
                stroke={border}
                strokeWidth={kind === 'key' ? 2.5 : 1.5}
                strokeDasharray={kind === 'optional' ? '5 4' : undefined}
              />
              <text x="12" y="26" fontSize="14" fill="#1f2733">
                {name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name}
              </text>
              <text
                x="12"
                y="49"
                fontSize="13"
                fill={border === '#bfbfbf' || border === '#8c8c8c' ? '#5b6675' : border}
              >
                {stateName}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
