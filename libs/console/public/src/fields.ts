import type { shapes } from '@tongban/console/api';

export type FieldKind = 'text' | 'longText' | 'date' | 'choice' | 'whole' | 'number' | 'yesNo';

/** One question of an item's own form, as a page asks it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly minLength: number;
  readonly maxLength: number;
  readonly min: number;
  readonly max: number;
  readonly pattern: string | undefined;
}

export type Typed = Readonly<Record<string, string | boolean>>;
export type Fault = 'needed' | 'number' | 'whole' | 'tooSmall' | 'tooLarge' | 'tooShort' | 'tooLong' | 'pattern';
export type Values = Record<string, string | number | boolean>;

const longestText = 2_000;
/** Longer answers get a box of several lines. */
const longestLine = 100;

type Property = shapes.ApplicantForm['properties'][string];

const nothingAsked = { choices: [], minLength: 0, maxLength: longestText, min: -Infinity, max: Infinity };

function kindOf(property: Property): FieldKind {
  if (property.type === 'boolean') return 'yesNo';
  if (property.type === 'integer') return 'whole';
  if (property.type !== 'string') return 'number';
  if (property.enum !== undefined) return 'choice';
  if (property.format === 'date') return 'date';
  return (property.maxLength ?? 0) > longestLine ? 'longText' : 'text';
}

/** The questions of a form in its own order. */
export const fieldsOf = ({ properties, required }: shapes.ApplicantForm): FormField[] =>
  Object.entries(properties).map(([name, property]) => ({
    ...{ ...nothingAsked, name, label: property.title, hint: property.description },
    ...{ kind: kindOf(property), required: required.includes(name), pattern: undefined },
    ...(property.type === 'string'
      ? {
          choices: property.enum ?? [],
          minLength: property.minLength ?? 0,
          maxLength: property.maxLength ?? longestText,
          pattern: property.pattern,
        }
      : {}),
    ...(property.type === 'integer' || property.type === 'number'
      ? { min: property.minimum ?? -Infinity, max: property.maximum ?? Infinity }
      : {}),
  }));

function numberFault(field: FormField, text: string): Fault | undefined {
  const number = Number(text);
  if (!Number.isFinite(number)) return 'number';
  if (field.kind === 'whole' && !Number.isSafeInteger(number)) return 'whole';
  if (number < field.min) return 'tooSmall';
  return number > field.max ? 'tooLarge' : undefined;
}

function textFault(field: FormField, text: string): Fault | undefined {
  const length = [...text].length;
  if (length < field.minLength) return 'tooShort';
  if (length > field.maxLength) return 'tooLong';
  return field.pattern === undefined || new RegExp(field.pattern, 'u').test(text) ? undefined : 'pattern';
}

/** What is wrong with an answer; an optional question may stay without one. */
export function faultOf(field: FormField, typed: string | boolean | undefined): Fault | undefined {
  if (field.kind === 'yesNo') return undefined;
  const text = typeof typed === 'string' ? typed.trim() : '';
  if (text === '') return field.required ? 'needed' : undefined;
  return field.kind === 'whole' || field.kind === 'number' ? numberFault(field, text) : textFault(field, text);
}

/** The answers as the server takes them: what was left empty is left out. */
export function valuesOf(fields: readonly FormField[], typed: Typed): Values {
  const values: Values = {};
  for (const { name, kind } of fields) {
    const given = typed[name];
    const text = typeof given === 'string' ? given.trim() : '';
    if (kind === 'yesNo') values[name] = given === true;
    else if (text !== '') values[name] = kind === 'whole' || kind === 'number' ? Number(text) : text;
  }
  return values;
}
