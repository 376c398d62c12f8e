import type { shapes } from '@tongban/console/api';
import { figureLines, figureNames } from './figures.js';

const figures = (parts: Partial<shapes.ReformFigures>): shapes.ReformFigures => ({
  items: 4,
  ...{ promisedDays: { total: 40, mean: 10 }, statutoryDays: { total: 80, mean: 20 } },
  ...{ belowStatutory: { total: 40, mean: 10, percent: 50 }, onTheSpot: { count: 0, percent: 0 } },
  ...{ withinFiveDays: { count: 1, percent: 25 }, materials: { total: 8, mean: 2 }, steps: { total: 8, mean: 2 } },
  ...{ charged: { count: 0, percent: 0 }, inPerson: { count: 0, percent: 0 }, trips: { total: 0, mean: 0, stated: 0 } },
  ...parts,
});

it('says every figure before and after, and how it changes', () => {
  const after = figures({ promisedDays: { total: 14, mean: 4.667 }, onTheSpot: { count: 1, percent: 33.3 } });
  const lines = figureLines(figures({}), after);
  expect(lines.map(({ name }) => name)).toEqual([...figureNames]);
  const of = (name: string) => lines.find((line) => line.name === name);
  expect(of('promisedDays')).toMatchObject({ before: '40', after: '14', difference: '−26', isOfPercents: false });
  expect(of('promisedMean')).toMatchObject({ after: '4.67', difference: '−5.33' });
  expect(of('onTheSpot')).toMatchObject({ before: '0%', after: '33.3%', difference: '+33.3', isOfPercents: true });
  expect(of('materials')).toMatchObject({ before: '8', difference: '' });
});
