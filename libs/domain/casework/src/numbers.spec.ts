import fc from 'fast-check';
import { dateOfDayNumber, dayNumber } from '@tongban/domain/calendar';
import { mod11Radix2, mod37Hybrid36 } from './check-character.js';
import { village } from './case.fixture.js';
import {
  documentKinds,
  hashQueryCode,
  isQueryCode,
  makeCaseNumber,
  makeDocumentNumber,
  maxDailySequence,
  parseCaseNumber,
  parseDocumentNumber,
  type DocumentKind,
} from './numbers.js';

const parts = fc.record({
  division: fc.constant(village),
  date: fc.integer({ min: dayNumber('2000-01-01'), max: dayNumber('2099-12-31') }).map(dateOfDayNumber),
  sequence: fc.integer({ min: 1, max: maxDailySequence }),
});
const kinds = fc.constantFrom(...(Object.keys(documentKinds) as DocumentKind[]));

describe('numbers', () => {
  it('use the published check characters', () => {
    expect(['11010519491231002', '44052418800101001'].map(mod11Radix2)).toEqual(['X', '4']);
    expect(mod37Hybrid36('A12425GABC1234002')).toBe('M');
  });

  it('are read back, and are of fixed length', () => {
    fc.assert(
      fc.property(parts, kinds, (value, kind) => {
        expect(makeCaseNumber(value)).toHaveLength(26);
        expect(parseCaseNumber(makeCaseNumber(value))).toEqual({ ok: true, value });
        expect(makeDocumentNumber({ kind, ...value })).toHaveLength(28);
        expect(parseDocumentNumber(makeDocumentNumber({ kind, ...value }))).toEqual({
          ok: true,
          value: { kind, ...value },
        });
      }),
    );
  });

  it('show every single wrong digit; those of a case also every swap of neighbours', () => {
    fc.assert(
      fc.property(parts, kinds, fc.nat({ max: 23 }), fc.integer({ min: 1, max: 9 }), (value, kind, at, by) => {
        const wrong = (text: string, index: number): string =>
          text.slice(0, index) + String((Number(text[index]) + by) % 10) + text.slice(index + 1);
        const number = makeCaseNumber(value);
        expect(parseCaseNumber(wrong(number, at)).ok).toBe(false);
        expect(parseDocumentNumber(wrong(makeDocumentNumber({ kind, ...value }), at + 2)).ok).toBe(false);
        const swapped = number.slice(0, at) + number[at + 1]! + number[at]! + number.slice(at + 2);
        expect(parseCaseNumber(swapped).ok).toBe(swapped === number);
      }),
    );
  });

  it('refuse what is no number', () => {
    for (const text of ['', '1', 'X'.repeat(26), '37110200100120260230000011'])
      expect(parseCaseNumber(text)).toMatchObject({ refusal: { code: 'request.invalid' } });
    expect(parseDocumentNumber(`QQ${makeCaseNumber({ division: village, date: '2026-01-01', sequence: 1 })}`).ok).toBe(
      false,
    );
    expect(() => makeCaseNumber({ division: village, date: '2026-01-01', sequence: 0 })).toThrow(RangeError);
    expect(() => makeCaseNumber({ division: village, date: '2026-02-30', sequence: 1 })).toThrow(RangeError);
  });

  it('hash a query code with the case number', () => {
    expect(hashQueryCode('1', '234765')).toMatch(/^[0-9a-f]{64}$/);
    expect(hashQueryCode('1', '234765')).not.toBe(hashQueryCode('2', '234765'));
    expect(['234765', '23476', 'abcdef'].map(isQueryCode)).toEqual([true, false, false]);
  });
});
