import { isUuid, refusalCodes, RefusalError, type Json, type RefusalCode } from '@tongban/kernel';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';
import { etagOf } from './answer.js';
import { bearerOf, idempotencyKeyOf, ifMatchOf } from './headers.js';
import { jsonDepth, parseJsonBody } from './json-body.js';
import { failureOf, problemOf, problemSchema, statusOf } from './problem.js';

const depthOf = (value: unknown): number =>
  typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));

describe('JSON bodies', () => {
  it('are measured as deep as they are, whatever their strings hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(jsonDepth(Buffer.from(text), 100)).toBe(depthOf(value));
        expect(parseJsonBody(Buffer.from(text), JSON.parse)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('are not followed beyond the limit', () => {
    expect(jsonDepth(Buffer.from('['.repeat(1_000_000)), 32)).toBe(33);
    expect(jsonDepth(Buffer.from('"[[[\\"[["'), 32)).toBe(0);
  });
});

describe('cursors', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer(), fc.string({ maxLength: 40 })), (position) => {
        const read = decodeCursor(encodeCursor(position as Json), z.tuple([z.int(), z.string()]));
        expect(read).toEqual({ ok: true, value: position });
      }),
    );
  });

  it('are refused when they are anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = decodeCursor(text, z.tuple([z.int(), z.literal('never')]));
        expect(read.ok ? 'ok' : read.refusal.code).toBe('request.invalid');
      }),
    );
  });
});

describe('headers', () => {
  it('If-Match reads what ETag writes', () => {
    fc.assert(fc.property(fc.nat(), (seq) => expect(ifMatchOf(etagOf(seq), 'required')).toBe(seq)));
    expect(ifMatchOf(undefined, 'optional')).toBeUndefined();
    expect(() => ifMatchOf(undefined, 'required')).toThrow(RefusalError);
  });

  it('keys are UUIDs in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), (key) => {
        const read = idempotencyKeyOf(key.toUpperCase());
        expect(read).toBe(key);
        expect(isUuid(read)).toBe(true);
      }),
    );
  });

  it.each([
    [undefined, 'identity.missing'],
    ['', 'identity.missing'],
    ['Bearer', 'identity.invalid'],
    ['Bearer a b', 'identity.invalid'],
    ['Bearer ä', 'identity.invalid'],
    ['Basic abc', 'identity.invalid'],
    ['bearer abc.def-_~+/==', 'ok'],
  ])('Authorization %s', (header, code) => {
    const read = bearerOf(header);
    expect(read.ok ? 'ok' : read.refusal.code).toBe(code);
  });
});

describe('problems', () => {
  it.each(Object.keys(refusalCodes) as RefusalCode[])('%s has a status and a valid document', (code) => {
    const failure = failureOf(new RefusalError({ code, detail: '说明' }));
    expect(statusOf(code)).toBeGreaterThanOrEqual(400);
    expect(problemSchema.safeParse(problemOf(failure, '/v1/x', 't')).success).toBe(true);
  });

  it('nothing thrown is told unless it is a refusal', () => {
    fc.assert(fc.property(fc.anything(), (thrown) => expect(failureOf(thrown).refusal.code).toBe('service.fault')));
  });
});
