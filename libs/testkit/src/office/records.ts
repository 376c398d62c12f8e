import { departmentSchema, serviceItemSchema, type Department, type ServiceItem } from '@tongban/domain/catalogue';
import { delegationSchema, type Delegation } from '@tongban/domain/delegation';
import { nodeCode } from '@tongban/kernel';

export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const otherDistrict = nodeCode('371121000000');
export const township = nodeCode('371102001000');
export const otherTownship = nodeCode('371102002000');
export const village = nodeCode('371102001001');

/** The day on which tests of the catalogue take place. */
export const today = '2026-03-02';
export const itemCode = '370511001000';
/** The base code of the `index`th made-up item of the same authority. */
export const codeAt = (index: number): string => `370511${String(index).padStart(6, '0')}`;

/** A benefit of the district's civil affairs bureau that keeps every rule; `parts` replace elements. */
export const anItem = (parts: Partial<ServiceItem> = {}): ServiceItem =>
  serviceItemSchema.parse({
    code: itemCode,
    version: 1,
    name: '80周岁以上老年人高龄津贴申领',
    type: 'benefit',
    level: 'district',
    departmentId: 'civil-affairs',
    description: '为本区户籍80周岁以上老年人按月发放高龄津贴。',
    audience: ['naturalPerson'],
    regime: 'promised',
    legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条', year: 2018 }],
    conditions: ['具有本区户籍', '年满80周岁'],
    materials: [
      { code: 'id-card', name: '居民身份证', necessity: 'required', source: 'government', form: 'original', copies: 1 },
    ],
    steps: [
      { name: '受理', power: 'accept', days: 1 },
      { name: '决定', power: 'decide', days: 4 },
    ],
    statutoryDays: 20,
    promisedDays: 5,
    fee: { charged: false },
    presenceRequired: false,
    result: { kind: 'approval', name: '高龄津贴发放通知' },
    applicantForm: { type: 'object', properties: {}, required: [] },
    themes: ['pension'],
    complaintPhone: '0633-12345',
    validFrom: '2026-01-01',
    ...parts,
  });

export const aDepartment = (parts: Partial<Department> = {}): Department =>
  departmentSchema.parse({
    id: 'civil-affairs',
    version: 1,
    name: '民政局',
    field: '11',
    tiers: ['city', 'district', 'township'],
    names: { township: '社会事务办公室' },
    ...parts,
  });

export const aDelegation = (parts: Partial<Delegation> = {}): Delegation =>
  delegationSchema.parse({
    id: 'allowance-to-townships',
    item: itemCode,
    from: 'district',
    to: 'township',
    powers: ['accept', 'decide'],
    form: 'devolved',
    validFrom: '2026-01-01',
    version: 1,
    ...parts,
  });
