import fc from 'fast-check';
import type { Schema } from './api-description.js';

const mostItems = 3;
/** Of a day, which has to be in the calendar as well. */
const dayPattern = String.raw`^\d{4}-\d{2}-\d{2}$`;
const usualText = '经核对情况属实';
const deepest = 5;

/** What attackers write where a text is expected. */
const hostileTexts = [
  '',
  ' ',
  "' or 1=1 --",
  "'; drop table entry; --",
  '$(sleep 5)',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f%2e%2e%2f',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '𠮷田',
  '\u202egnp.exe',
  'A'.repeat(5_000),
  `${'a'.repeat(200)}!`,
  `${'1'.repeat(60)}x`,
  'true',
  'null',
  '-1',
  '1e309',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31T23:59:59.999Z',
  'constructor',
  '__proto__',
  '00000000-0000-0000-0000-000000000000',
  'http://127.0.0.1:1/',
  'file:///etc/passwd',
];
const hostileNumbers = [0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 0.1, -0];
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ maxLength: 40 }),
);
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...hostileNumbers, null, true, [], {}, [[[[]]]], { $ne: null }, { length: 1e9 }),
);
/** Names that a careless handler would let through to a table or a prototype. */
const foreignNames = [
  'owner',
  'status',
  'seq',
  'roles',
  'division',
  'id',
  'record',
  'epoch',
  'constructor',
  'toString',
];

type Schemas = Readonly<Record<string, Schema>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const listOf = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

/** Makes the parts of a value: with a fault here and there, or without any. */
type Parts = (schema: Schema, schemas: Schemas, depth: number) => fc.Arbitrary<unknown>;

/** Values that fit a schema, as far as it is understood here. */
function fitting(schema: Schema, schemas: Schemas, depth: number, parts: Parts): fc.Arbitrary<unknown> {
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return fitting(schemas[$ref.split('/').at(-1)!] ?? {}, schemas, depth, parts);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => fitting(choice, schemas, depth, parts)));
  switch (type) {
    case 'object':
      return objectOf(schema, schemas, depth, parts);
    case 'array': {
      const items = isSchema(schema['items']) ? schema['items'] : {};
      const most = depth > deepest ? 0 : mostItems;
      return fc.array(parts(items, schemas, depth + 1), {
        minLength: Math.min(most, Number(schema['minItems'] ?? 0)),
        maxLength: most,
      });
    }
    case 'integer':
      return fc.integer({
        min: Number(schema['minimum'] ?? -10),
        max: Math.min(Number(schema['maximum'] ?? 100), 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return parts === valid ? plainText(schema) : textOf(schema);
    default:
      return parts === valid ? fc.constant('核对') : hostileValue;
  }
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  if (schema['format'] === 'uuid') return fc.uuid();
  if (schema['format'] === 'date') return fc.constantFrom('2026-01-31', '2026-11-20', '2030-12-31');
  if (schema['format'] === 'date-time') return fc.constantFrom('2026-11-20T01:02:03Z', '2026-11-20T01:02:03.456Z');
  if (typeof schema['pattern'] === 'string')
    return fc.oneof(fc.stringMatching(new RegExp(schema['pattern'])), hostileText);
  const longest = Math.min(Number(schema['maxLength'] ?? 50), 50);
  return fc.string({
    minLength: Math.min(Number(schema['minLength'] ?? 0), longest),
    maxLength: longest,
    unit: 'grapheme',
  });
}

/** What somebody at a desk would write. */
function plainText(schema: Schema): fc.Arbitrary<string> {
  if (schema['format'] !== undefined) return textOf(schema);
  const { pattern } = schema;
  if (pattern === dayPattern) return fc.constant('2030-12-30');
  const most = Number(schema['maxLength'] ?? Infinity);
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= most);
  const shortest = Number(schema['minLength'] ?? 0);
  const longest = Number(schema['maxLength'] ?? usualText.length);
  return fc.constant(
    usualText
      .repeat(Math.ceil((shortest + 1) / usualText.length))
      .slice(0, Math.max(1, Math.min(longest, Math.max(shortest, usualText.length)))),
  );
}

function objectOf(schema: Schema, schemas: Schemas, depth: number, parts: Parts): fc.Arbitrary<object> {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
  const known = Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
  const shown = depth > deepest ? known.filter(([name]) => required.includes(name)) : known;
  const fields = Object.fromEntries(shown.map(([name, field]) => [name, parts(field, schemas, depth + 1)]));
  if (parts === valid)
    return fc.record(Object.fromEntries(Object.entries(fields).filter(([name]) => required.includes(name))));
  const whole = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const extra = fc.record({ name: fc.constantFrom(...foreignNames), value: hostileValue });
  return fc
    .tuple(whole, fc.option(extra, { freq: 8, nil: undefined }))
    .map(([object, more]) => (more === undefined ? object : { ...object, [more.name]: more.value }));
}

/** Mostly what fits, now and then what does not. */
export const mutated = (schema: Schema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 7, arbitrary: fitting(schema, schemas, depth, mutated) }, { weight: 1, arbitrary: hostileValue });

/** What fits, throughout: a body that is refused is refused for what it asks. */
export const valid = (schema: Schema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> =>
  fitting(schema, schemas, depth, valid);
