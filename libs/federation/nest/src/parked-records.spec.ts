import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import { ParkedRecords } from './parked-records.js';

const node = nodeCode('371102001000');
const record = '018f0000-0000-7000-8000-000000000001';

/** Transactions that park an entry or look for parked ones, in any interleaving; each step is one thing that happens. */
const steps = fc.array(
  fc.constantFrom('begin', 'commit', 'rollBack', 'mark', 'look', 'apply', 'forget') as fc.Arbitrary<
    'begin' | 'commit' | 'rollBack' | 'mark' | 'look' | 'apply' | 'forget'
  >,
  { maxLength: 60 },
);

describe('the records with parked entries', () => {
  it('are never fewer than the table says, however transactions interleave', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const parked = new ParkedRecords();
        const open: (() => void)[] = [];
        let rows = 0;
        let mark: { value: number | undefined; found?: number } | undefined;
        for (const step of script) {
          if (step === 'begin') open.push(parked.parking(node, record));
          if (step === 'commit' && open.length > 0) {
            rows++;
            open.shift()!();
          }
          if (step === 'rollBack' && open.length > 0) open.shift()!();
          if (step === 'mark') mark = { value: parked.mark(node, record) };
          if (step === 'look' && mark !== undefined) mark.found = rows;
          if (step === 'apply') rows = 0;
          if (step === 'forget' && mark?.found === 0) {
            parked.forget(node, record, mark.value);
            mark = undefined;
          }
          if (rows > 0) expect(parked.has(node, record)).toBe(true);
        }
      }),
    );
  });

  it('are forgotten when nothing was found and nothing was being parked', () => {
    const parked = new ParkedRecords();
    parked.parking(node, record)();
    expect(parked.all()).toEqual([{ node, record }]);
    expect(parked.forget(node, record, parked.mark(node, record))).toBe(true);
    expect(parked.has(node, record)).toBe(false);
    expect(parked.dueNodes()).toEqual([]);
  });

  it('are due again when something may have been parked meanwhile', () => {
    const parked = new ParkedRecords();
    const mark = parked.mark(node, record);
    parked.parking(node, record)();
    expect(parked.forget(node, record, mark)).toBe(false);
    expect(parked.has(node, record)).toBe(true);
    expect(parked.takeDue(node)).toEqual([record]);
    expect(parked.takeDue(node)).toEqual([]);
  });
});
