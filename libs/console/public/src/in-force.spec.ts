import { inForce } from './in-force.js';

it('tells from the first day to the last one, by the office’s calendar', () => {
  const notice = { from: '2026-03-02', until: '2026-03-03' };
  const shown = (at: string) => inForce([notice], Date.parse(at)).length;
  expect(shown('2026-03-02T00:00:00+08:00')).toBe(1);
  expect(shown('2026-03-01T23:59:59+08:00')).toBe(0);
  expect(shown('2026-03-03T23:59:59+08:00')).toBe(1);
  expect(shown('2026-03-04T00:00:00+08:00')).toBe(0);
});
