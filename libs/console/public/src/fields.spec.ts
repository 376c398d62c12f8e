import type { shapes } from '@tongban/console/api';
import fc from 'fast-check';
import { faultOf, fieldsOf, valuesOf, type Typed } from './fields.js';

const form: shapes.ApplicantForm = {
  type: 'object',
  properties: {
    reason: { title: '申请理由', type: 'string', minLength: 2, maxLength: 500 },
    kind: { title: '类别', type: 'string', enum: ['新办', '换发'] },
    born: { title: '出生日期', description: '与证件一致', type: 'string', format: 'date' },
    area: { title: '面积', type: 'number', minimum: 1, maximum: 200 },
    persons: { title: '人数', type: 'integer', minimum: 0 },
    plate: { title: '车牌', type: 'string', pattern: '^鲁[A-Z]\\d{4}$' },
    declared: { title: '已经知晓', type: 'boolean' },
  },
  required: ['reason', 'area'],
};
const fields = fieldsOf(form);
const field = (name: string) => fields.find((one) => one.name === name)!;

it('asks the questions of a form in its order, each in its way', () => {
  expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ['reason', 'longText', true],
    ['kind', 'choice', false],
    ['born', 'date', false],
    ['area', 'number', true],
    ['persons', 'whole', false],
    ['plate', 'text', false],
    ['declared', 'yesNo', false],
  ]);
  expect(field('born')).toMatchObject({ label: '出生日期', hint: '与证件一致' });
  expect(field('kind').choices).toEqual(['新办', '换发']);
});

it.each([
  ['reason', '  ', 'needed'],
  ['reason', '好', 'tooShort'],
  ['reason', '好'.repeat(501), 'tooLong'],
  ['area', '', 'needed'],
  ['area', '很大', 'number'],
  ['area', '0.5', 'tooSmall'],
  ['area', '201', 'tooLarge'],
  ['persons', '1.5', 'whole'],
  ['plate', '京A1234', 'pattern'],
] as const)('says what is wrong with %s “%s”: %s', (name, text, fault) => {
  expect(faultOf(field(name), text)).toBe(fault);
});

it('lets an optional question stay open, and takes characters for what they are', () => {
  expect(faultOf(field('kind'), undefined)).toBeUndefined();
  expect(faultOf(field('declared'), undefined)).toBeUndefined();
  expect(faultOf(field('reason'), '𠮷'.repeat(500))).toBeUndefined();
});

it('hands over numbers as numbers and leaves out what was left empty', () => {
  const typed: Typed = { reason: ' 换证 ', kind: '', area: '80.5', persons: '3', declared: true };
  expect(valuesOf(fields, typed)).toEqual({ reason: '换证', area: 80.5, persons: 3, declared: true });
  expect(valuesOf(fields, {})).toEqual({ declared: false });
});

it('finds no fault with a whole number in its range, and gives it as it is', () => {
  fc.assert(
    fc.property(fc.nat(), (persons) => {
      expect(faultOf(field('persons'), String(persons))).toBeUndefined();
      expect(valuesOf(fields, { persons: String(persons) })['persons']).toBe(persons);
    }),
  );
});
