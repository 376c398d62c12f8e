import { soughtOf } from './sought.js';

it('takes what a figure links to, and nothing else', () => {
  const day = '2026-11-23';
  expect(
    soughtOf(new URLSearchParams({ item: '37-A_1', owner: '371102001000', from: day, to: day, late: 'true' })),
  ).toEqual({
    ...{ item: '37-A_1', owner: '371102001000' },
    ...{ from: day, to: day, late: 'true' },
  });
  expect(soughtOf(new URLSearchParams({ item: 'a b', owner: '12', from: 'x', late: 'yes', other: '1' }))).toEqual({});
});
