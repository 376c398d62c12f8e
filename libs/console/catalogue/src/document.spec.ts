import type { shapes } from '@tongban/console/api';
import fc from 'fast-check';
import { documentOf, documentOfDraft, fieldOf, valuesOf, withValues } from './document.js';

const document: shapes.ItemDocument = {
  code: '000511990001',
  name: '补贴',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '说明',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [{ statute: '办法', article: '第一条' }],
  conditions: ['年满 80 周岁', '本市户籍'],
  materials: [{ code: 'id', name: '身份证', necessity: 'required', source: 'applicant', form: 'copy', copies: 1 }],
  steps: [{ name: '受理', power: 'accept', days: 1 }],
  statutoryDays: 20,
  promisedDays: 8,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'none', name: '无' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  themes: ['pension'],
  consultPhone: '0633-8880001',
  validFrom: '2026-01-01',
};

describe('the document of a new version', () => {
  it('is the item without its number and what the answer adds', () => {
    const item: shapes.Item = {
      ...document,
      ...{ version: 3, departmentName: '民政局', typeName: '行政给付', regimeName: '承诺件' },
      powers: ['accept'],
      jointDepartmentNames: ['医保局'],
      codes: { base: '1', implementation: '2', handling: '3', demonstration: true },
    };
    expect(documentOf(item)).toEqual(document);
    expect(documentOfDraft({ document: { ...document, version: 3 } })).toEqual(document);
  });

  it('stays as it is when nothing was changed', () => {
    expect(withValues(document, valuesOf(document))).toEqual(document);
  });

  it('takes over what was entered and leaves out what was emptied', () => {
    const values = {
      ...valuesOf(document),
      promisedDays: 5,
      consultPhone: ' ',
      conditions: ' 甲 \n\n乙',
      visits: null,
    };
    const { consultPhone: _phone, ...rest } = document;
    expect(withValues(document, values)).toEqual({ ...rest, promisedDays: 5, conditions: ['甲', '乙'] });
  });

  it('never touches the parts that the form does not show', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.boolean(), (text, figure, truth) => {
        const values = { description: text, promisedDays: figure, presenceRequired: truth, materials: [], code: text };
        const { materials, steps, legalBasis, code } = withValues(document, values);
        expect({ materials, steps, legalBasis, code }).toEqual({
          ...{ materials: document.materials, steps: document.steps },
          ...{ legalBasis: document.legalBasis, code: document.code },
        });
      }),
    );
  });
});

const objections: readonly (readonly [string, string | undefined])[] = [
  ['body.promisedDays', 'promisedDays'],
  ['body.conditions.0', 'conditions'],
  ['body.materials.0.name', undefined],
  ['headers.if-match', undefined],
  ['', undefined],
];

it.each(objections)('the host’s objection to %s belongs to %s', (path, field) => {
  expect(fieldOf(path)).toBe(field);
});
