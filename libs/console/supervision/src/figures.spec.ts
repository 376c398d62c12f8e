import { casesOf, groupsOf, rateText } from './figures.js';

it.each([
  [0, 0, undefined],
  [1, 1, '100%'],
  [3, 2, '66.6%'],
  [1_000_000, 999_999, '99.9%'],
  [4, 0, '0%'],
])('of %s concluded %s were on time: %s', (concluded, onTime, text) => {
  expect(rateText({ concluded, onTime })).toBe(text);
});

const period = { from: '2026-11-01', to: '2026-11-23' };
const counts = { cases: 2, concluded: 1, onTime: 1, overdue: 0 };

it('leads from each figure to its cases', () => {
  const groups = groupsOf(
    {
      total: counts,
      items: [{ code: 'A1', name: '事项', ...counts }],
      owners: [{ node: '371102001000', ...counts }],
      statuses: [{ status: 'closed', ...counts }],
      days: [{ day: '2026-11-03', ...counts }],
    },
    period,
    { place: (code) => `在${code}`, status: (status) => `是${status}` },
  );
  expect(groups.items).toEqual([{ ...counts, key: 'A1', name: '事项', to: casesOf(period, { item: 'A1' }) }]);
  expect(groups.owners[0]).toMatchObject({ name: '在371102001000' });
  expect(groups.statuses[0]).toMatchObject({ name: '是closed', to: casesOf(period, { status: 'closed' }) });
  expect(groups.days[0]?.to).toBe('/cases?from=2026-11-03&to=2026-11-03');
});
