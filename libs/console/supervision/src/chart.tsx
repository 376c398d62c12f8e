import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, LineChart, PieChart, GridComponent, TooltipComponent, SVGRenderer]);

interface ChartProps {
  readonly option: EChartsCoreOption;
  /** Pixels. */
  readonly height: number;
  /** Called with the place of what was clicked in its series. */
  readonly choose: (index: number) => void;
}

/** A picture beside its table, which says the same to whoever cannot see or point at it: no more than a picture. */
export function Chart({ option, height, choose }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chosen = useRef(choose);
  chosen.current = choose;
  useEffect(() => {
    const chart = init(place.current, null, { renderer: 'svg' });
    chart.setOption({ animation: false, ...option });
    chart.on('click', ({ dataIndex }) => chosen.current(dataIndex));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current!);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [option]);
  return <div ref={place} aria-hidden style={{ height }} />;
}
