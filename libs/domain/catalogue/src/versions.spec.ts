import fc from 'fast-check';
import { addDays } from '@tongban/domain/calendar';
import { compareItems } from './compare.js';
import { derivedElements, itemElements, serviceItemSchema, type ServiceItem } from './item.js';
import { effectivePeriods, findOverlap, type DatedVersion } from './periods.js';

const item: ServiceItem = serviceItemSchema.parse({
  code: '370511001000',
  version: 1,
  name: '高龄津贴申领',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '发放高龄津贴。',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
  conditions: ['本区户籍', '年满80周岁'],
  materials: [
    { code: 'id-card', name: '居民身份证', necessity: 'required', source: 'government', form: 'original', copies: 1 },
  ],
  steps: [{ name: '受理', power: 'accept', days: 1 }],
  statutoryDays: 20,
  promisedDays: 5,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'approval', name: '通知' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  themes: ['pension'],
  validFrom: '2026-01-01',
});

describe('the elements of an item', () => {
  it('cover every row of GB/T 39046 table 4, each field with a title', () => {
    const rows = new Set([...derivedElements, ...itemElements.flatMap(({ gbt39046 = [] }) => gbt39046)]);
    expect(Array.from({ length: 64 }, (_, index) => index + 1).filter((row) => !rows.has(row))).toEqual([]);
    expect(itemElements.map(({ field }) => field)).toEqual(Object.keys(serviceItemSchema.shape));
    expect(new Set(itemElements.map(({ title }) => title)).size).toBe(itemElements.length);
  });

  it('name columns of all five national tables', () => {
    const tables = new Set(itemElements.flatMap(({ columns = [] }) => columns.map((column) => column.split('.')[0])));
    expect([...tables].sort()).toEqual(['BASIC', 'EXTEND', 'FEE_PROJECT', 'MATERIAL', 'QUESTIONS']);
  });
});

describe('comparison of two versions', () => {
  const [material] = item.materials;
  it('names what changed, was added and was removed, part by part', () => {
    const next: ServiceItem = {
      ...item,
      version: 2,
      promisedDays: 3,
      conditions: ['年满80周岁', '未领取同类津贴'],
      materials: [
        { ...material!, copies: 2 },
        { ...material!, code: 'photo', name: '照片' },
      ],
      consultPhone: '12345',
    };
    expect(compareItems(item, next).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'removed conditions[0]',
      'added conditions[1]',
      'changed materials[id-card].copies',
      'added materials[photo]',
      'changed promisedDays',
      'added consultPhone',
    ]);
    expect(compareItems(item, next).find(({ path }) => path === 'promisedDays')).toMatchObject({
      title: '承诺办结时限（工作日）',
      from: 5,
      to: 3,
    });
  });

  it('finds nothing between equals, and tells of an order that changed', () => {
    expect(compareItems(item, { ...item, version: 9 })).toEqual([]);
    const turned = { ...item, conditions: [...item.conditions].reverse() };
    expect(compareItems(item, turned)).toMatchObject([{ path: 'conditions', kind: 'changed' }]);
  });

  it('is the same the other way round, with the sides exchanged', () => {
    const arbitraryItem = fc
      .record({
        name: fc.constantFrom('甲', '乙'),
        promisedDays: fc.nat(3),
        conditions: fc.uniqueArray(fc.constantFrom('一', '二', '三'), { minLength: 1 }),
        consultPhone: fc.option(fc.constant('12345'), { nil: undefined }),
        copies: fc.integer({ min: 1, max: 3 }),
      })
      .map(({ copies, ...parts }): ServiceItem => ({ ...item, ...parts, materials: [{ ...material!, copies }] }));
    const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
    fc.assert(
      fc.property(arbitraryItem, arbitraryItem, (a, b) => {
        const forth = compareItems(a, b).map(({ path, kind }) => `${path} ${kind}`);
        const back = compareItems(b, a).map(({ path, kind }) => `${path} ${turned[kind]}`);
        expect([...forth].sort()).toEqual([...back].sort());
      }),
    );
  });
});

describe('validity of versions', () => {
  const day = fc.nat(40).map((offset) => addDays('2026-01-01', offset));
  const version = fc.record({
    validFrom: day,
    validTo: fc.option(day, { nil: undefined }),
    withdrawn: fc.boolean(),
  });
  const list = fc
    .array(version, { maxLength: 6 })
    .map((all) => all.map((parts, index): DatedVersion => ({ version: index + 1, ...parts })));

  it('never overlaps, and is on each day that of the highest version begun', () => {
    fc.assert(
      fc.property(list, day, (versions, on) => {
        const periods = effectivePeriods(versions);
        const current = periods.filter(({ from, until }) => from <= on && (until === undefined || on < until));
        const begun = versions.filter(({ validFrom }) => validFrom <= on).at(-1);
        const counts = begun !== undefined && !begun.withdrawn && (begun.validTo === undefined || on <= begun.validTo);
        expect(current.map(({ version: number }) => number)).toEqual(counts ? [begun.version] : []);
      }),
    );
  });

  it.each([
    ['an open-ended version is followed by a later one', {}, '2026-02-01', false],
    ['one begins the same day', {}, '2026-01-01', true],
    ['one begins before it', {}, '2025-12-01', true],
    ['one begins on its last day', { validTo: '2026-06-30' }, '2026-06-30', true],
    ['one begins when it has ended', { validTo: '2026-06-30' }, '2026-07-01', false],
  ])('when %s', (_, parts, validFrom, overlaps) => {
    const published = [{ version: 1, validFrom: '2026-01-01', ...parts }];
    expect(findOverlap(published, { validFrom }) !== undefined).toBe(overlaps);
    const withdrawn = [...published, { version: 2, validFrom: '2026-01-02', withdrawn: true }];
    expect(findOverlap(withdrawn, { validFrom })).toBeUndefined();
  });
});
