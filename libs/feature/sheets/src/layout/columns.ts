import type { z } from 'zod';

/** How a value stands in a cell. `choices` and `list` are several values in one cell, parted by 、. */
export type ColumnKind =
  | { readonly of: 'text' | 'integer' | 'yesNo' | 'list' | 'json' }
  | { readonly of: 'choice' | 'choices'; readonly names: ReadonlyMap<string, string> };

export interface Column {
  /** Path of members within the record: `fee.charged`. Stands in the sheet's second row. */
  readonly key: string;
  readonly title: string;
  readonly kind: ColumnKind;
  readonly required: boolean;
}

/** A list of parts of a record that has a sheet of its own: one row a part. */
export interface PartSheet {
  /** Member of the record. */
  readonly field: string;
  readonly title: string;
  /** Parts that are texts have one column, with this key. */
  readonly isText: boolean;
  readonly columns: readonly Column[];
}

export interface Naming {
  /** Title of a member, by its path within the record. */
  title(path: string): string;
  /** What people call a choice; the choice itself when it has no name. */
  choice(path: string, value: string): string;
  /** Lists of identifiers, which hold no 、 and so fit into one cell. */
  isList(path: string): boolean;
}

export interface Layout {
  readonly columns: readonly Column[];
  readonly parts: readonly PartSheet[];
  /** Paths of what may be there and yet hold nothing; cells cannot tell that from its absence. */
  readonly blankable: readonly string[];
}

export const textColumnKey = 'text';

/** What this code needs to know of a schema; zod keeps it in `def`. */
interface Def {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly entries?: Readonly<Record<string, string | number>>;
}
const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as unknown as Def;

function inner(schema: z.core.$ZodType): { readonly def: Def; readonly isOptional: boolean } {
  const def = defOf(schema);
  return def.type === 'optional' && def.innerType !== undefined
    ? { def: defOf(def.innerType), isOptional: true }
    : { def, isOptional: false };
}

const valuesOf = ({ entries = {} }: Def): string[] => Object.values(entries).map(String);

function kindOf(path: string, def: Def, naming: Naming): ColumnKind {
  const named = (values: readonly string[]) => new Map(values.map((value) => [value, naming.choice(path, value)]));
  switch (def.type) {
    case 'string':
      return { of: 'text' };
    case 'number':
      return { of: 'integer' };
    case 'boolean':
      return { of: 'yesNo' };
    case 'enum':
      return { of: 'choice', names: named(valuesOf(def)) };
    case 'array': {
      const element = defOf(def.element!);
      if (element.type === 'enum') return { of: 'choices', names: named(valuesOf(element)) };
      return { of: naming.isList(path) ? 'list' : 'json' };
    }
    // A union of a few words and a code, a text that is transformed: what is written is a text.
    case 'union':
    case 'pipe':
      return { of: 'text' };
    default:
      return { of: 'json' };
  }
}

const pathOf = (prefix: string, member: string): string => (prefix === '' ? member : `${prefix}.${member}`);

/** Columns of an object: members of objects in it are columns of the same sheet. */
function columnsOf(def: Def, prefix: string, isRequired: boolean, naming: Naming, wholePrefix = prefix): Column[] {
  return Object.entries(def.shape ?? {}).flatMap(([member, schema]) => {
    const { def: own, isOptional } = inner(schema);
    const key = pathOf(prefix, member);
    const path = pathOf(wholePrefix, member);
    const required = isRequired && !isOptional;
    if (own.type === 'object') return columnsOf(own, key, required, naming, path);
    return [{ key, title: naming.title(path), kind: kindOf(path, own, naming), required }];
  });
}

/** Objects within a record's own columns that may be there and yet hold nothing. */
function blankableIn(def: Def, prefix: string): string[] {
  return Object.entries(def.shape ?? {}).flatMap(([member, schema]) => {
    const { def: own, isOptional } = inner(schema);
    const key = pathOf(prefix, member);
    if (own.type !== 'object') return [];
    return isOptional ? [key, ...blankableIn(own, key)] : blankableIn(own, key);
  });
}

function partSheetOf(field: string, element: Def, naming: Naming): PartSheet {
  const isText = element.type !== 'object';
  const columns = isText
    ? [{ key: textColumnKey, title: naming.title(field), kind: { of: 'text' as const }, required: true }]
    : columnsOf(element, '', true, naming, field);
  return { field, title: naming.title(field), isText, columns };
}

const isPartList = (field: string, def: Def, naming: Naming): boolean =>
  def.type === 'array' && ['object', 'string'].includes(defOf(def.element!).type) && !naming.isList(field);

/** The sheets that hold records of a schema: a row a record, and a sheet for each list of parts. */
export function layoutOf(schema: z.core.$ZodType, naming: Naming, hasParts: boolean): Layout {
  const columns: Column[] = [];
  const parts: PartSheet[] = [];
  const blankable: string[] = [];
  const { def } = inner(schema);
  for (const [field, member] of Object.entries(def.shape ?? {})) {
    const { def: own, isOptional } = inner(member);
    if (isOptional && own.type === 'array') blankable.push(field);
    blankable.push(...blankableIn({ type: 'object', shape: { [field]: member } }, ''));
    if (hasParts && isPartList(field, own, naming)) parts.push(partSheetOf(field, defOf(own.element!), naming));
    else columns.push(...columnsOf({ type: 'object', shape: { [field]: member } }, '', true, naming));
  }
  return { columns, parts, blankable };
}
