import { baseItemSchema } from '@tongban/domain/catalogue';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { anItem, city, itemCode } from '@tongban/testkit';
import { heldAs } from '../../test/held.js';
import { basesIn } from './uses.js';

const province = nodeCode('370000000000');

function base(publisher: NodeCode, version: number, statutoryDays: number, withdrawn = false) {
  const { name, type, validFrom } = anItem();
  const fields = { name, type, statutoryDays };
  const value = baseItemSchema.parse({ code: itemCode, version, validFrom, source: 'province', fields });
  return heldAs(publisher, { kind: 'base', value }, withdrawn);
}

const daysIn = (held: Parameters<typeof basesIn>[0]): number | undefined =>
  basesIn(held).get(itemCode)?.fields.statutoryDays;

describe('the base of an item', () => {
  it('is the newest of the province, whatever number the one has that the city passed on, in any order', () => {
    const all = [base(city, 1, 20), base(city, 9, 30), base(province, 1, 15), base(province, 2, 10)];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (held) => expect(daysIn(held)).toBe(10)),
    );
  });

  it('is the city’s again when the province withdraws its own, and none when both are withdrawn', () => {
    const held = [base(city, 4, 20), base(province, 1, 15), base(province, 2, 15, true)];
    expect(daysIn(held)).toBe(20);
    expect(daysIn([...held, base(city, 5, 20, true)])).toBeUndefined();
  });
});
