import { isStale, newCalls, rowsOf, rowsShown, staleAfterMs } from './board.js';

const call = (number: string, changes: object = {}) => ({
  ...{ number, window: '1', group: 'general', state: 'called' as const, calls: 1 },
  ...changes,
});

it('shows who is called or served, and no more than there is room for', () => {
  const many = Array.from({ length: 20 }, (_, index) => call(`A${index}`));
  expect(rowsOf(many)).toHaveLength(rowsShown);
  expect(rowsOf([call('A001', { state: 'served' }), call('A002', { state: 'serving' })])).toMatchObject([
    { number: 'A002' },
  ]);
});

it('marks a call that was not there, and one that is repeated', () => {
  const before = [call('A001'), call('A002')];
  expect([...newCalls(before, before)]).toEqual([]);
  expect([...newCalls(before, [call('A003'), ...before])]).toEqual(['A003']);
  expect([...newCalls(before, [call('A001', { calls: 2 }), call('A002', { state: 'serving' })])]).toEqual(['A001']);
});

it('says that it is old once nothing has come for a while', () => {
  expect(isStale(0, staleAfterMs)).toBe(false);
  expect(isStale(0, staleAfterMs + 1)).toBe(true);
});
