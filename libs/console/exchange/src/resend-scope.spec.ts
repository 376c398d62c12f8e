import { resendOrderOf, resendValue } from './resend-scope.js';

it('takes a day, the base code of an item or a department, and nothing like them', () => {
  const fits = (scope: keyof typeof resendValue, values: readonly string[]) =>
    values.map((value) => resendValue[scope].test(value));
  expect(fits('day', ['2026-11-23', '', '23.11.2026'])).toEqual([true, false, false]);
  expect(fits('item', ['000709003000', ' 000709003000 ', '', '0007', '出生登记'])).toEqual([
    ...[true, true],
    ...[false, false, false],
  ]);
  expect(fits('department', ['public-security', '', '  '])).toEqual([true, false, false]);
});

it('orders without the blanks around what was typed or pasted', () => {
  expect(resendOrderOf({ scope: 'item', value: ' 000709003000 ', reason: ' 省平台漏收\n' })).toEqual({
    ...{ scope: 'item', value: '000709003000', reason: '省平台漏收' },
  });
});
