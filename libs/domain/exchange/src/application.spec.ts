import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { readApplication } from './application.js';
import { nationalJson } from './profile.js';

const { codes } = nationalJson({ province: '37' });
const paper = {
  material_code: 'm1',
  file_name: '申请表.pdf',
  media_type: 'application/pdf',
  size: 9,
  sha256: 'a'.repeat(64),
};
const columns = {
  ...{ projectno: 'SD-1', catalog_code: '370500013001', area_code: '371102001000', applyer_type: '1' },
  ...{ applyer_name: '欧阳𠮷祥', applyer_page_type: '111', applyer_page_code: '11010519491231002X' },
  ...{ contact_mobile: '13800138000', apply_date: '2026-03-02T10:00:00+08:00', materials: [paper] },
};
const read = (changes: object) => readApplication({ ...columns, ...changes }, codes);

describe('an application of the portal', () => {
  it('is read by the code tables of the platform, rare characters and all', () => {
    expect(unwrap(read({}))).toMatchObject({
      ...{ number: 'SD-1', item: '370500013001', division: '371102001000', applicantType: 'naturalPerson' },
      ...{ identityType: 'residentIdentityCard', form: {}, appliedAt: Date.UTC(2026, 2, 2, 2) },
      applicant: { name: '欧阳𠮷祥', identityNumber: '11010519491231002X', phone: '13800138000' },
      files: [{ material: 'm1', name: '申请表.pdf', mediaType: 'application/pdf', size: 9, sha256: 'a'.repeat(64) }],
    });
  });

  it('has its form as JSON or as the text of it, as a database carries it', () => {
    expect(unwrap(read({ form: { a: 1 } })).form).toEqual({ a: 1 });
    expect(unwrap(read({ form: '{"a":1}' })).form).toEqual({ a: 1 });
    expect(read({ form: '{"a":' })).toMatchObject({ refusal: { params: { fields: ['form'] } } });
  });

  it.each([
    ['a name of 400 characters', { applyer_name: '欧'.repeat(400) }, 'applyer_name'],
    ['a telephone number for a name', { applyer_name: '138-0013-8000' }, 'applyer_name'],
    ['half a character in the name', { applyer_name: '欧\ud842' }, 'applyer_name'],
    ['a wrong check digit', { applyer_page_code: '110105194912310021' }, 'applyer_page_code'],
    ['a code that is not in the list', { applyer_page_type: '888' }, 'applyer_page_type'],
    ['a code that two meanings share', { applyer_type: '0' }, 'applyer_type'],
    ['no division', { area_code: '3711' }, 'area_code'],
    ['a paper without its digest', { materials: [{ ...paper, sha256: '' }] }, 'materials.0.sha256'],
    ['a time without its zone', { apply_date: '2026-03-02 10:00' }, 'apply_date'],
  ])('is refused by name of the column for %s, without repeating it', (_what, changes, field) => {
    const refused = read(changes);
    expect(refused).toMatchObject({ refusal: { code: 'request.invalid', params: { fields: [field] } } });
    expect(JSON.stringify(refused)).not.toMatch(/138-0013|1101051949/);
  });

  it('is read or refused whatever the columns hold', () => {
    const column = fc.constantFrom(...Object.keys(columns));
    fc.assert(fc.property(column, fc.jsonValue(), (name, value) => typeof read({ [name]: value }).ok === 'boolean'));
  });
});
