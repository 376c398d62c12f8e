import fc from 'fast-check';
import { nodeCode, tiers, type NodeCode } from '@tongban/kernel';
import { delegationForms, delegationSchema, powers, type Delegation } from './delegation.js';
import { holdingsOver } from './powers-over.js';
import { powersAt, type RoutedItem } from './route.js';

const places = [
  ...['371100000000', '371102000000', '371121000000', '371102001000', '371102002000'],
  ...['371102001001', '371102001002', '371102002001', '371121101000', '371121101201'],
  // A city whose townships stand directly below it.
  ...['460400000000', '460400100000', '460400100001'],
].map((code) => nodeCode(code));
const code = '000511001000';
const on = '2026-03-02';

const made = (parts: Partial<Record<keyof Delegation, unknown>>): Delegation =>
  delegationSchema.parse({ id: 'd', item: code, form: 'devolved', validFrom: '2026-01-01', version: 1, ...parts });
const item: RoutedItem = { code, level: 'district' };
const township = places[3]!;
const otherTownship = places[4]!;

it('says who holds what by right and what by delegation', () => {
  const holding = holdingsOver(item, [made({ from: 'district', to: township, powers: ['accept', 'review'] })], on);
  expect(holding(places[1]!)).toEqual({ byRight: true, powers: [...powers] });
  expect(holding(township)).toEqual({ byRight: false, powers: ['submit', 'accept', 'review', 'deliver'] });
  expect(holding(otherTownship)).toEqual({ byRight: false, powers: [] });
  expect(holding(places[0]!)).toEqual({ byRight: false, powers: [] });
});

it('takes a delivery given to anybody as a rule for everybody', () => {
  const given = [
    made({ from: 'district', to: township, powers: ['accept'] }),
    made({ id: 'other', from: 'district', to: otherTownship, powers: ['deliver'] }),
  ];
  expect(holdingsOver(item, given, on)(township).powers).toEqual(['submit', 'accept']);
});

const day = fc.constantFrom('2025-12-01', '2026-01-01', '2026-03-02', '2026-03-03', '2026-06-01');
const anyDelegation = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  version: fc.integer({ min: 1, max: 3 }),
  from: fc.constantFrom(...tiers),
  to: fc.constantFrom<string>(...tiers, ...places),
  powers: fc.subarray([...powers], { minLength: 1 }),
  form: fc.constantFrom(...delegationForms),
  validFrom: day,
  validTo: fc.option(day, { nil: undefined }),
  revokedOn: fc.option(day, { nil: undefined }),
});

it('says of every node what is said when it is asked about alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...tiers), fc.array(anyDelegation, { maxLength: 12 }), (level, given) => {
      const delegations = given.map((parts) => made(parts));
      const holding = holdingsOver({ code, level }, delegations, on);
      const alone = (node: NodeCode) => powersAt(node, { code, level }, delegations, on);
      for (const node of places) expect([node, holding(node).powers]).toEqual([node, alone(node)]);
    }),
  );
});
