import { DivisionNames } from './divisions.js';

const divisions = new DivisionNames([
  ['371100000000', '日照市'],
  ['371102000000', '东港区'],
  ['371102001000', '日照街道'],
  ['371102001001', '兴海社区'],
]);

it('writes a place from the county down', () => {
  expect(divisions.path('371102001001')).toBe('东港区日照街道兴海社区');
  expect(divisions.path('371102001000')).toBe('东港区日照街道');
  expect(divisions.path('371102000000')).toBe('东港区');
  expect(divisions.name('371100000000')).toBe('日照市');
});

it('shows the code of what it does not know, and the name of every province', () => {
  expect(divisions.name('371200000000')).toBe('371200000000');
  expect(divisions.name('370000000000')).toBe('山东省');
  expect(divisions.name('990000000000')).toBe('990000000000');
});

it('knows all that is below a division, with the one directly above each', () => {
  expect(divisions.below('371102000000')).toEqual([
    { code: '371102001000', parent: '371102000000' },
    { code: '371102001001', parent: '371102001000' },
  ]);
  expect(divisions.below('371100000000')).toHaveLength(3);
  expect(divisions.below('371102001001')).toEqual([]);
});

it('knows who is next to whom', () => {
  expect(divisions.neighbours('371102000000')).toEqual(['371100000000', '371102001000']);
  expect(divisions.neighbours('371102001001')).toEqual(['371102001000']);
  expect(divisions.neighbours('371100000000')).toEqual(['371102000000']);
});

it('knows what lies below and above', () => {
  expect(divisions.within('371102000000')).toEqual(['371102000000', '371102001000', '371102001001']);
  expect(divisions.within('371102001001')).toEqual(['371102001001']);
  expect(divisions.within('371100000000')).toHaveLength(4);
  expect(divisions.above('371102001001')).toEqual(['371102001000', '371102000000', '371100000000']);
  expect(divisions.above('371100000000')).toEqual([]);
});
