import { jest } from '@jest/globals';
import {
  agentSchema,
  audiences,
  baseItemSchema,
  handlingForms,
  localisationSchema,
  serviceItemSchema,
  stationingSchema,
  stationingStatuses,
  themes,
  wholeCatalogue,
  type Catalogue,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import { powers } from '@tongban/domain/delegation';
import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { fromRows } from '../layout/from-rows.js';
import { sheetPlans } from '../layout/workbook-layout.js';
import { sheetLimits } from '../limits.js';
import { aDelegation, aDepartment, anItem, city, village } from '@tongban/testkit';
import { checkRecords } from '../usecase/check.js';
import { readWorkbook } from './read.js';
import { writeWorkbook } from './write.js';

jest.setTimeout(60_000);
const runs = 12;
const empty: Catalogue = wholeCatalogue();

const throughFile = async (catalogue: Catalogue) => {
  const file = unwrap(await writeWorkbook(catalogue));
  return unwrap(fromRows(unwrap(await readWorkbook(file, sheetLimits))));
};

// Control characters, line ends, quotes, markup, leading spaces, what looks like a number, a formula or an escape.
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    ' 空格 ',
    'a\r\nb',
    '\u0001\u0007',
    '_x000D_',
    '=SUM(A1)',
    '007',
    '1e5',
    '<a>&"\'',
    '是',
    '、',
    '\t',
    'null',
  ),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const limit = fc.record({ value: fc.nat(99), unit: fc.constantFrom('hour', 'workingDay'), note: maybe(hostile) });
const item = fc
  .record({
    name: hostile,
    description: hostile,
    conditions: fc.array(hostile, { minLength: 1, maxLength: 3 }),
    audience: fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1 }),
    themes: fc.uniqueArray(fc.constantFrom(...themes), { minLength: 1, maxLength: 5 }),
    materials: fc.array(
      fc.record({
        code: fc.stringMatching(/^[a-z0-9]{1,5}$/),
        name: hostile,
        necessity: fc.constantFrom('required', 'deferred'),
        source: fc.constant('applicant'),
        form: fc.constantFrom('original', 'electronic'),
        copies: fc.nat(20),
        note: maybe(hostile),
        issuer: maybe(hostile),
      }),
      { maxLength: 3 },
    ),
    jointDepartmentIds: maybe(fc.array(fc.stringMatching(/^[a-z]{2,6}$/), { minLength: 1, maxLength: 3 })),
    fees: maybe(
      fc.array(fc.record({ name: hostile, basis: hostile, standard: hostile, reducible: maybe(fc.boolean()) }), {
        maxLength: 2,
      }),
    ),
    specialProcedures: maybe(
      fc.array(fc.record({ kind: fc.constant('extension'), name: hostile, limit: maybe(limit) }), { maxLength: 2 }),
    ),
    questions: maybe(fc.array(fc.record({ question: hostile, answer: hostile }), { maxLength: 2 })),
    flags: maybe(fc.record({ online: maybe(fc.boolean()), express: maybe(fc.boolean()) })),
    promisedLimit: maybe(limit),
    visits: maybe(fc.nat(3)),
    numberLimit: maybe(hostile),
    validTo: maybe(fc.constant('2027-01-01')),
  })
  .map((parts): ServiceItem => {
    const plain = JSON.parse(JSON.stringify({ ...anItem(), ...parts })) as unknown;
    return serviceItemSchema.parse(plain);
  });

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const day = fc.constantFrom('2026-01-01', '2026-07-01');
const slug = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const common = { version: fc.integer({ min: 1, max: 9 }), validFrom: day };
const steps = fc.array(fc.record({ name: hostile, power: fc.constantFrom(...powers), days: fc.nat(9) }), {
  minLength: 1,
  maxLength: 2,
});
const base = fc
  .record({
    ...common,
    source: fc.constantFrom('nation', 'province'),
    validTo: maybe(fc.constant('2027-01-01')),
    fields: fc.record({
      name: hostile,
      type: fc.constant('benefit'),
      audience: maybe(fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1 })),
      legalBasis: maybe(fc.array(fc.record({ statute: hostile, article: hostile }), { minLength: 1, maxLength: 2 })),
      conditions: maybe(fc.array(hostile, { minLength: 1, maxLength: 2 })),
      statutoryDays: maybe(fc.nat(60)),
      presenceRequired: maybe(fc.boolean()),
      result: maybe(fc.record({ kind: fc.constant('approval'), name: hostile })),
    }),
  })
  .map((parts) => baseItemSchema.parse(plain({ code: '370511000001', ...parts })));
const localisation = fc
  .record({
    ...common,
    basedOn: fc.integer({ min: 1, max: 9 }),
    fields: fc.record({
      promisedDays: fc.nat(20),
      steps: maybe(steps),
      consultPhone: maybe(fc.constant('0633-1234567')),
      handlingForms: maybe(fc.uniqueArray(fc.constantFrom(...handlingForms), { minLength: 1 })),
      flags: maybe(fc.record({ online: maybe(fc.boolean()), express: maybe(fc.boolean()) })),
      supervision: maybe(hostile),
      questions: maybe(fc.array(fc.record({ question: hostile, answer: hostile }), { maxLength: 2 })),
    }),
  })
  .map((parts) => localisationSchema.parse(plain({ item: '370511000001', ...parts })));
const stationing = fc
  .record({
    ...common,
    departmentId: slug,
    items: fc.array(
      fc.record({
        item: fc.constantFrom('370511000001', '370511000002'),
        status: fc.constantFrom(...stationingStatuses),
        reason: maybe(hostile),
        windows: maybe(fc.array(hostile, { maxLength: 3 })),
        authorised: maybe(fc.uniqueArray(fc.constantFrom(...powers))),
      }),
      { maxLength: 3 },
    ),
  })
  .map((parts) => stationingSchema.parse(plain({ id: 'one', hall: city, ...parts })));
const agent = fc
  .record({
    ...common,
    name: hostile,
    place: hostile,
    hours: hostile,
    procedure: maybe(hostile),
    items: fc.uniqueArray(fc.constantFrom('370511000001', '370511000002'), { minLength: 1 }),
    validTo: maybe(fc.constant('2027-01-01')),
  })
  .map((parts) => agentSchema.parse(plain({ id: 'one', node: village, phone: '0633-1234567', ...parts })));

describe('a workbook', () => {
  it('gives back bases, localisations, stationings and agents as they were', async () => {
    const others = fc.record({
      bases: fc.array(base, { maxLength: 1 }),
      localisations: fc.array(localisation, { maxLength: 1 }),
      stationings: fc.array(stationing, { maxLength: 1 }),
      agents: fc.array(agent, { maxLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(others, async (lists) => {
        const catalogue = wholeCatalogue(lists);
        const { records, problems } = await throughFile(catalogue);
        expect(problems).toEqual([]);
        for (const list of ['bases', 'localisations', 'stationings', 'agents'] as const) {
          expect(records[list].map(({ value }) => value)).toEqual(plain(catalogue[list]));
        }
        const own = checkRecords({ records, problems }, catalogue, { departments: [], items: [] }).catalogue;
        expect(own).toEqual(catalogue);
      }),
      { numRuns: runs * 2 },
    );
  });

  it('gives back every record that was put in, whatever its texts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 4 }), hostile, async (items, name) => {
        const catalogue = wholeCatalogue({
          departments: [aDepartment({ name }), aDepartment({ id: 'tax', uscc: {} })],
          items: items.map((one, index) => ({ ...one, code: `370511${String(index).padStart(6, '0')}` })),
          delegations: [
            aDelegation(),
            aDelegation({ id: 'one', to: '371102001000' as never, revokedOn: '2026-05-01' }),
            aDelegation({
              id: 'whole',
              quota: { cases: 30, per: 'month' },
              seal: { owner: 'giver', name },
              document: name,
              revokedOn: '2026-05-01',
              revocation: { runningCases: 'handBack', reason: '试点结束' },
            }),
          ],
        });
        const { records, problems } = await throughFile(catalogue);
        expect(problems).toEqual([]);
        for (const list of ['departments', 'items', 'delegations'] as const) {
          expect(records[list].map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(catalogue[list])));
        }
        // What is held already is neither renumbered nor changed.
        const own = checkRecords({ records, problems }, catalogue, { departments: [], items: [] }).catalogue;
        expect(own).toEqual(catalogue);
      }),
      { numRuns: runs },
    );
  });

  it('is a template when the catalogue is empty', async () => {
    const { records, problems } = await throughFile(empty);
    expect([problems, records.items]).toEqual([[], []]);
  });

  it('has titles that tell the columns of a sheet apart, and names that Excel takes', () => {
    for (const { title, columns } of sheetPlans) {
      const titles = columns.map((column) => column.title);
      expect([title, titles.filter((one, index) => titles.indexOf(one) !== index)]).toEqual([title, []]);
      expect(title).toMatch(/^[^[\]:*?/\\]{1,31}$/);
    }
  });

  it('is refused when a text is longer than a cell', async () => {
    const uscc = Object.fromEntries(
      Array.from({ length: 1_200 }, (_, i) => [`3711${String(i).padStart(8, '0')}`, '0'.repeat(18)]),
    );
    const done = await writeWorkbook({ ...empty, departments: [{ ...aDepartment(), uscc }] });
    expect(done).toMatchObject({ ok: false, refusal: { code: 'sheet.not-representable' } });
  });
});

describe('an exported workbook', () => {
  it('says who took it out and when, to see and in its properties, and is taken in like any other', async () => {
    const at = Date.parse('2026-03-02T02:00:00.000Z');
    const catalogue: Catalogue = { ...empty, departments: [aDepartment()] };
    const file = unwrap(await writeWorkbook(catalogue, { subject: 'li&<1>', at }));
    const { default: excel } = await import('exceljs');
    const workbook = new excel.Workbook();
    await workbook.xlsx.load(new Uint8Array(file).buffer);
    expect([workbook.creator, workbook.created.getTime()]).toEqual(['li&<1>', at]);
    expect(workbook.description).toContain('2026-03-02T02:00:00.000Z');
    const shown = workbook.getWorksheet('导出信息');
    expect([shown?.getCell('B1').text, shown?.getCell('B2').text]).toEqual(['li&<1>', '2026-03-02T02:00:00.000Z']);
    const foot = workbook.getWorksheet('部门')?.headerFooter.oddFooter;
    expect(foot).toContain('导出人 li&&<1>');
    const { records, problems } = unwrap(fromRows(unwrap(await readWorkbook(file, sheetLimits))));
    expect([records.departments.map(({ value }) => value), problems]).toEqual([catalogue.departments, []]);
  });
});
