import type { shapes } from '@tongban/console/api';
import { elementsIn, sections } from './sections.js';

const item: shapes.ServiceItem = {
  code: '000511990001',
  version: 2,
  name: '补贴',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '说明',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [],
  conditions: ['条件'],
  materials: [],
  steps: [],
  statutoryDays: 20,
  promisedDays: 8,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'none', name: '无' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  themes: ['pension'],
  validFrom: '2026-01-01',
};
const elements = [...Object.keys(item), 'validTo', 'newer'].map((field) => ({ field }));

it('has every element that says something in exactly one section, also one that came later', () => {
  const newer = { ...item, newer: '新要素' };
  const shown = sections.flatMap((section) => elementsIn(section, elements, newer).map(({ element }) => element.field));
  expect([...shown].sort()).toEqual(Object.keys(newer).sort());
});

it('keeps the order of the elements and brings their values', () => {
  expect(elementsIn('course', elements, item).map(({ element, value }) => [element.field, value])).toEqual([
    ['regime', 'promised'],
    ['steps', []],
    ['statutoryDays', 20],
    ['promisedDays', 8],
    ['result', { kind: 'none', name: '无' }],
  ]);
});
