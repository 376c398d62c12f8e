import type { EChartsCoreOption } from 'echarts/core';
import type { Group } from './figures.js';

export type ChartKind = 'bars' | 'ring' | 'line';

const barPixels = 32;
const marginPixels = 40;
const plainPixels = 260;
const labelPixels = 132;

/** Bars grow downwards; nothing is squeezed. */
export const heightOf = (kind: ChartKind, groups: number): number =>
  kind === 'bars' ? groups * barPixels + marginPixels : plainPixels;

// Told apart without colour too: the ring has its words beside it, the bars stand in line with theirs.
const colors = ['#1556a8', '#237804', '#874d00', '#5b3a9d', '#a8071a', '#00606b'];
const text = { color: '#1f2733', fontSize: 13 };

const fits = { show: true, overflow: 'truncate' as const, width: labelPixels, ...text };
const count = { type: 'value', minInterval: 1, axisLabel: text };

/** @param names what the numbers are called */
export function optionOf(
  kind: ChartKind,
  groups: readonly Group[],
  names: { readonly cases: string; readonly overdue: string },
): EChartsCoreOption {
  const labels = groups.map(({ name }) => name);
  const base = { color: colors, tooltip: { trigger: kind === 'ring' ? 'item' : 'axis', confine: true } };
  if (kind === 'ring') {
    const data = groups.map(({ name, cases }) => ({ name, value: cases }));
    const label = { ...text, formatter: '{b} {c}' };
    return { ...base, series: [{ type: 'pie', name: names.cases, radius: ['40%', '64%'], data, label }] };
  }
  const cases = groups.map(({ cases: each }) => each);
  if (kind === 'line')
    return {
      ...base,
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: labels.map((day) => day.slice('2026-'.length)), axisLabel: text },
      yAxis: count,
      series: [{ type: 'line', name: names.cases, data: cases, symbolSize: 8 }],
    };
  return {
    ...base,
    grid: { left: labelPixels + 16, right: 40, top: 8, bottom: 24 },
    xAxis: count,
    yAxis: { type: 'category', inverse: true, data: labels, axisLabel: fits },
    series: [
      {
        type: 'bar',
        name: names.cases,
        data: cases,
        barMaxWidth: 18,
        label: { show: true, position: 'right', ...text },
      },
    ],
  };
}
