import type { shapes } from '@tongban/console/api';
import { cellOf, cellText, filterOf } from './asked.js';
import { given, givers, takenBack, type CellDelegation } from './change.js';

const cell: Pick<shapes.MatrixCell, 'item' | 'place'> = {
  item: { code: '000511001000', version: 3, name: '高龄津贴', level: 'district' },
  place: { node: '371102001000', name: '秦楼街道', tier: 'township' },
};
const key = '1f0c2b3a-0000-4000-8000-000000000000';

it('gives powers to one division or to its whole tier, in the order of the procedure', () => {
  const giving = { from: 'district', powers: ['decide', 'accept'], form: 'devolved', validFrom: '2026-12-01' } as const;
  expect(given(cell, { ...giving, reach: 'place', document: ' 东政授〔2026〕3号 ', validTo: '' }, key)).toEqual({
    ...{ id: 'd-000511001000-371102001000-1f0c2b3a', item: '000511001000', from: 'district', to: '371102001000' },
    ...{ powers: ['accept', 'decide'], form: 'devolved', validFrom: '2026-12-01', version: 1 },
    document: '东政授〔2026〕3号',
  });
  expect(given(cell, { ...giving, reach: 'tier' }, key)).toMatchObject({ to: 'township' });
});

const standing: CellDelegation = {
  ...{ id: 'to-townships', publisher: '371100000000', item: '000511001000', from: 'district', to: 'township' },
  ...{ powers: ['accept'], form: 'devolved', formName: '下放', validFrom: '2026-01-01', version: 2 },
  ...{ quota: { cases: 30, per: 'month' }, own: true, begun: true, nextVersion: 5, reaches: 55 },
};

it('takes a delegation back by its next version, which says day, reason and what becomes of running cases', () => {
  const taking = {
    revokedOn: '2026-12-01',
    runningCases: 'handBack',
    handTo: '371102000000',
    reason: ' 试点结束 ',
  } as const;
  expect(takenBack(standing, taking)).toEqual({
    ...{ id: 'to-townships', item: '000511001000', from: 'district', to: 'township', powers: ['accept'] },
    ...{ form: 'devolved', validFrom: '2026-01-01', quota: { cases: 30, per: 'month' }, version: 5 },
    ...{ revokedOn: '2026-12-01', revocation: { runningCases: 'handBack', reason: '试点结束' } },
  });
  expect(takenBack(standing, { ...taking, runningCases: 'handOver' }).revocation).toMatchObject({
    handTo: '371102000000',
  });
});

it('lets those give who are above the place, hold the power and are spoken for here', () => {
  expect(givers('district', 'township', 'city')).toEqual(['district']);
  expect(givers('city', 'village', 'city')).toEqual(['city', 'district', 'township']);
  expect(givers('city', 'village', 'district')).toEqual(['district', 'township']);
  expect(givers('district', 'district', 'city')).toEqual([]);
});

it('reads an address, and leaves out what the host would refuse', () => {
  const filter = filterOf(new URLSearchParams('q=养老&tier=nothing&under=37&on=2026-02-30&level=city'));
  expect(filter).toEqual({ query: '养老', level: 'city' });
  expect(filterOf(new URLSearchParams('under=371102000000&on=2026-12-01'))).toMatchObject({
    ...{ under: '371102000000', on: '2026-12-01' },
  });
  const name = { code: '000511001000', place: '371102001000' };
  expect(cellOf(cellText(name))).toEqual(name);
  expect(cellOf('000511001000')).toBeUndefined();
});
