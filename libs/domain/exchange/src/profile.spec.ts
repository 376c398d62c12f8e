import fc from 'fast-check';
import type { CaseForExchange } from './case-for-exchange.js';
import { closedCase, fullCase, minutesAfter } from './case.fixture.js';
import { yuan } from './cells.js';
import type { Layout } from './columns.js';
import { recordKinds, type RecordKind } from './neutral.js';
import { profileNames, profileOf, type ExchangeProfile } from './profile.js';
import { toRecords } from './records.js';
import { codeOf, meaningOf, type CodeTable } from './tables.js';

const profiles = profileNames.map((name): [string, ExchangeProfile] => [name, profileOf[name]({ province: '37' })]);
const shandong = profileOf['shandong-database']({ province: '37' });
const database = profileOf['national-database']({ province: '37' });
const json = profileOf['national-json']({ province: '37' });
const columns = (from: CaseForExchange, profile: ExchangeProfile, kind: RecordKind, index = 0) =>
  toRecords(from, profile).ready.filter((record) => record.kind === kind)[index]?.columns ?? {};
const holds = (from: CaseForExchange, profile: ExchangeProfile): string[] =>
  toRecords(from, profile).held.map(({ field, code }) => `${field}:${code}`);
const layoutsOf = ({ layouts }: ExchangeProfile): [RecordKind, Layout][] =>
  recordKinds.flatMap((kind): [RecordKind, Layout][] => {
    const layout: Layout | undefined = layouts[kind];
    return layout === undefined ? [] : [[kind, layout]];
  });
const named = (name: string): CaseForExchange => ({
  ...fullCase,
  dossier: { ...fullCase.dossier, applicant: { ...fullCase.dossier.applicant, name } },
});

describe.each(profiles)('the profile %s', (_name, profile) => {
  it('has each column and each table once, and a code list for every coded column', () => {
    const tables = layoutsOf(profile).map(([, { table }]) => table);
    expect(new Set(tables).size).toBe(tables.length);
    for (const [, layout] of layoutsOf(profile)) {
      const names = [...layout.columns.map(({ name }) => name), ...Object.keys(profile.sending)];
      expect(new Set(names).size).toBe(names.length);
      for (const column of layout.columns) expect(column.list !== undefined).toBe(column.format === 'code');
    }
  });

  it('reports a case with everything that can happen to one, and holds nothing of it', () => {
    const { ready, held } = toRecords(fullCase, profile);
    expect(held).toEqual([]);
    expect([...new Set(ready.map(({ kind }) => kind))]).toEqual(layoutsOf(profile).map(([kind]) => kind));
  });

  it('sends no column that its layout does not have, and none too long', () => {
    const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 130 }), fc.constant('𠮷'.repeat(80)));
    fc.assert(
      fc.property(word, word, fc.nat(3), (name, explanation, steps) => {
        const from = {
          ...named(name),
          steps: fullCase.steps.slice(0, steps).map((step) => ({ ...step, explanation })),
        };
        for (const record of toRecords(from, profile).ready) {
          const layout: Layout = profile.layouts[record.kind]!;
          const byName = new Map(layout.columns.map((column) => [column.name, column]));
          for (const [column, value] of Object.entries(record.columns)) {
            const { width } = byName.get(column)!;
            expect([...String(value)].length).toBeLessThanOrEqual(width);
            expect(Buffer.byteLength(String(value))).toBeLessThanOrEqual(width * profile.bytesPerCharacter);
          }
          for (const { name: column, mandatory } of layout.columns)
            if (mandatory) expect(record.columns).toHaveProperty(column);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('holds a name of 400 characters and a telephone number for a name, and takes a rare character', () => {
    const longest = holds(named('王'.repeat(400)), profile);
    expect(longest.some((hold) => hold.endsWith(':tooManyCharacters'))).toBe(true);
    for (const number of ['13806330001', '0633-8781234', '11010519491231002'])
      expect(holds(named(number), profile).some((hold) => hold.endsWith(':content'))).toBe(true);
    expect(holds(named('𠮷田'), profile)).toEqual([]);
  });

  it('reads each of its codes back, or knows that several meanings share it', () => {
    for (const table of Object.values(profile.codes) as CodeTable<string>[])
      for (const meaning of Object.keys(table.codes)) {
        const code = codeOf(table, meaning);
        if (code === null) continue;
        const read = meaningOf(table, code);
        if (read !== undefined) expect(codeOf(table, read)).toBe(code);
      }
  });
});

describe('the traps of the numberings', () => {
  it('satisfaction runs in two directions within each profile', () => {
    for (const [, profile] of profiles) {
      const key = profile.name === 'shandong-database' ? 'SATISFACTION' : 'satisfaction';
      expect(columns(fullCase, profile, 'result')[key]).toBe('1');
      expect(columns(fullCase, profile, 'rating')[key]).toBe('5');
    }
  });

  it('a joint case is 9 nationally and 3 in Shandong, on the spot is 2 in ratings', () => {
    const regime = (value: 'joint' | 'onTheSpot' | 'feeCounter') => ({
      ...fullCase,
      item: { ...fullCase.item, regime: value },
    });
    expect(columns(regime('joint'), json, 'accept')['project_type']).toBe('9');
    expect(columns(regime('joint'), shandong, 'accept')['APPROVALTYPE']).toBe('3');
    expect(columns(regime('onTheSpot'), json, 'rating')['promise_time']).toBe('2');
    expect(columns(regime('onTheSpot'), shandong, 'accept')['APPROVALTYPE']).toBe('1');
    expect(columns(regime('feeCounter'), shandong, 'application')['INFOTYPE']).toBe('2');
    expect(columns(regime('feeCounter'), shandong, 'rating')).not.toHaveProperty('PROMISETIME');
  });

  it('5 and 6 of the applicant follow C0109 where the platform does', () => {
    const agency = { ...fullCase, applicantType: 'governmentAgency' as const };
    expect(columns(agency, json, 'accept')['applyer_type']).toBe('6');
    expect(columns(agency, shandong, 'accept')['APPLYERTYPE']).toBe('6');
  });

  it('a special procedure is 1 or 2, and a special node has no number for an extension', () => {
    expect(columns(fullCase, database, 'special', 0)['special_type']).toBe('2');
    expect(columns(fullCase, database, 'special', 1)['special_type']).toBe('1');
    expect(columns(fullCase, shandong, 'special', 0)['NODERESULT']).toBe('4');
    expect(columns(fullCase, shandong, 'special', 1)).not.toHaveProperty('NODERESULT');
  });
});

describe('the styles of the platforms', () => {
  it('write times and dates as each of them reads them', () => {
    expect(columns(closedCase, json, 'accept')).toMatchObject({
      accept_date: '20260302T093000',
      promise_date: '20260309',
    });
    expect(columns(closedCase, database, 'accept')).toMatchObject({
      accept_date: '2026-03-02 09:30:00',
      promise_date: '2026-03-09',
    });
  });

  it('write money in yuan', () => {
    expect([yuan(0), yuan(5), yuan(1230), yuan(-1)]).toEqual(['0.00', '0.05', '12.30', '-0.01']);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (fen) => {
        const [whole, cents] = yuan(fen).split('.');
        expect(Number(whole) * 100 + Number(cents)).toBe(fen);
      }),
    );
    expect(columns(fullCase, shandong, 'result')).toMatchObject({ ISFEE: '1', FEE: '15.00' });
    expect(columns(fullCase, database, 'fee')).toMatchObject({ amount: '15.00', pay_type: '1', payer: '李秀英' });
  });

  it('number the nodes of Shandong from beginning to end', () => {
    const types = toRecords(fullCase, shandong)
      .ready.filter(({ kind }) => kind === 'process')
      .map(({ columns: { NODETYPE } }) => NODETYPE);
    expect(types).toEqual(['1', '2', '3']);
    const one = { ...fullCase, steps: fullCase.steps.slice(0, 1) };
    expect(columns(one, shandong, 'process')['NODETYPE']).toBe('4');
    const { closing: _closing, rating: _rating, ...open } = one;
    expect(columns(open, shandong, 'process')['NODETYPE']).toBe('1');
  });
});

describe('what keeps rows back', () => {
  it('is an end without its reason, in every profile', () => {
    const closing = { ...fullCase.closing!, type: 'refused' as const };
    expect(holds({ ...fullCase, closing }, json)).toEqual(['result_explain:missing']);
    expect(holds({ ...fullCase, closing }, shandong)).toEqual(['EXITRES:missing']);
  });

  it('is a special procedure before acceptance or ended before it began', () => {
    const [pause] = fullCase.specials!;
    const early = { ...pause!, startedAt: minutesAfter(10), endedAt: minutesAfter(9) };
    expect(holds({ ...fullCase, specials: [early] }, json)).toEqual(['special_time:timeOrder', 'end_time:timeOrder']);
  });

  it('matters only where the platform has the column', () => {
    const { queryPassword: _password, ...without } = fullCase;
    expect(holds(without, shandong)).toEqual(['PROJPWD:missing']);
    expect(toRecords(without, shandong).ready).toEqual([]);
    expect(holds(without, database)).toEqual([]);
  });

  it('of a pause that goes on is nothing: its end is its start until it is known', () => {
    const { endedAt: _end, result: _result, ...open } = fullCase.specials![0]!;
    const row = columns({ ...fullCase, specials: [open] }, database, 'special');
    expect(row['end_time']).toBe(row['special_time']);
  });
});
