import fc from 'fast-check';
import { ratesOf } from './rates.js';

describe('the rates of a department', () => {
  it('are shares of what there is', () => {
    expect(ratesOf({ cases: 8, held: 1, rejected: 1, rows: 3, lateRows: 1 })).toEqual({
      onTime: 0.6666,
      complete: 0.75,
    });
    expect(ratesOf({ cases: 0, held: 0, rejected: 0, rows: 0, lateRows: 0 })).toEqual({ onTime: null, complete: null });
  });

  it('are whole only where nothing is missing', () => {
    const count = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(count, fc.nat(), fc.nat(), (cases, some, more) => {
        const held = some % (cases + 1);
        const rejected = more % (cases - held + 1);
        const { complete, onTime } = ratesOf({ cases, held, rejected, rows: cases, lateRows: held });
        expect(complete).toBeGreaterThanOrEqual(0);
        expect(complete === 1).toBe(held + rejected === 0);
        expect(onTime === 1).toBe(held === 0);
      }),
    );
  });
});
