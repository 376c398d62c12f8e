import { itemTypeCode } from '@tongban/domain/catalogue';
import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { baseLinesOf, readBaseLine } from './base-lines.js';

const line = {
  ...{ catalog_code: '000511004000', task_name: '高龄津贴发放', task_type: itemTypeCode('benefit'), task_state: '1' },
  ...{ by_law: '《中华人民共和国老年人权益保障法》第三十三条；《省条例》第12条', task_version: 3 },
  plan_effective_date: '2026-03-01',
};
const read = (changes: object) => readBaseLine({ ...line, ...changes });

describe('a line of the base catalogue', () => {
  it('lays down name, type and statutes of an item in a version', () => {
    expect(unwrap(read({}))).toEqual({
      ...{ code: '000511004000', version: 3, source: 'province', validFrom: '2026-03-01' },
      fields: {
        ...{ name: '高龄津贴发放', type: 'benefit' },
        legalBasis: [
          { statute: '中华人民共和国老年人权益保障法', article: '第三十三条' },
          { statute: '省条例', article: '第12条' },
        ],
      },
    });
    const ended = unwrap(read({ task_state: '2', plan_cancel_date: '2026-12-31 00:00:00', by_law: null }));
    expect(ended).toMatchObject({ validTo: '2026-12-31', fields: { name: '高龄津贴发放' } });
  });

  it.each([
    ['catalog_code', { catalog_code: '511' }],
    ['task_type', { task_type: '99' }],
    ['task_name', { task_name: '事'.repeat(400) }],
    ['task_version', { task_version: 0 }],
    ['by_law', { by_law: '依法办理' }],
    ['plan_cancel_date', { task_state: '2' }],
    ['plan_cancel_date', { plan_cancel_date: '2025-01-01' }],
    ['plan_effective_date', { plan_effective_date: '2026-02-30' }],
  ])('is refused by the name of the column: %s', (field, changes) => {
    expect(read(changes)).toMatchObject({ refusal: { code: 'request.invalid', params: { fields: [field] } } });
  });

  it('is read or refused whatever the columns hold', () => {
    const column = fc.constantFrom(...Object.keys(line), 'plan_cancel_date');
    fc.assert(fc.property(column, fc.jsonValue(), (name, value) => typeof read({ [name]: value }).ok === 'boolean'));
  });
});

describe('a message of lines', () => {
  it('has 1 to 200 of them', () => {
    expect(unwrap(baseLinesOf({ lines: [line, line] }))).toHaveLength(2);
    for (const lines of [undefined, [], 'x', Array.from({ length: 201 }, () => line)])
      expect(baseLinesOf({ lines: lines as never }).ok).toBe(false);
  });
});
