import type { shapes } from '@tongban/console/api';

type Figures = shapes.ReformFigures;

/** The figures of a round in the order in which a report has them. */
export const figureNames = [
  ...(['items', 'promisedDays', 'promisedMean', 'belowStatutory', 'onTheSpot', 'withinFiveDays'] as const),
  ...(['materials', 'steps', 'charged', 'inPerson', 'trips'] as const),
] as const;
export type FigureName = (typeof figureNames)[number];

const valueOf: Readonly<Record<FigureName, (figures: Figures) => number>> = {
  items: ({ items }) => items,
  promisedDays: ({ promisedDays }) => promisedDays.total,
  promisedMean: ({ promisedDays }) => promisedDays.mean,
  belowStatutory: ({ belowStatutory }) => belowStatutory.percent,
  onTheSpot: ({ onTheSpot }) => onTheSpot.percent,
  withinFiveDays: ({ withinFiveDays }) => withinFiveDays.percent,
  materials: ({ materials }) => materials.total,
  steps: ({ steps }) => steps.total,
  charged: ({ charged }) => charged.count,
  inPerson: ({ inPerson }) => inPerson.count,
  trips: ({ trips }) => trips.total,
};
const percents: readonly FigureName[] = ['belowStatutory', 'onTheSpot', 'withinFiveDays'];

export interface FigureLine {
  readonly name: FigureName;
  readonly before: string;
  readonly after: string;
  /** With its sign; empty where nothing changes. */
  readonly difference: string;
  /** The difference is one of percentages. */
  readonly isOfPercents: boolean;
}

const rounded = (value: number): number => Number(value.toFixed(2));

export function figureLines(before: Figures, after: Figures): FigureLine[] {
  return figureNames.map((name) => {
    const isOfPercents = percents.includes(name);
    const sign = isOfPercents ? '%' : '';
    const [first, last] = [valueOf[name](before), valueOf[name](after)];
    const change = rounded(last - first);
    const difference = change === 0 ? '' : `${change > 0 ? '+' : '−'}${Math.abs(change)}`;
    return { name, before: `${rounded(first)}${sign}`, after: `${rounded(last)}${sign}`, difference, isOfPercents };
  });
}
