import type { shapes } from '@tongban/console/api';

type FieldKind = 'line' | 'text' | 'lines' | 'number' | 'toggle' | 'date';
interface FormField {
  readonly field: keyof shapes.ItemDocument;
  readonly kind: FieldKind;
  readonly required?: true;
}

/**
 * What a revision most often changes and a line, a figure or a day can say. Parts with members of their own (materials,
 * steps, fees, forms) stand in the columns of the workbook that is imported; here they stay as they were.
 */
export const formFields: readonly FormField[] = [
  { field: 'name', kind: 'line', required: true },
  { field: 'description', kind: 'text', required: true },
  { field: 'conditions', kind: 'lines', required: true },
  { field: 'statutoryDays', kind: 'number', required: true },
  { field: 'promisedDays', kind: 'number', required: true },
  { field: 'presenceRequired', kind: 'toggle' },
  { field: 'visits', kind: 'number' },
  { field: 'visitReason', kind: 'text' },
  { field: 'consultPhone', kind: 'line' },
  { field: 'complaintPhone', kind: 'line' },
  { field: 'consultation', kind: 'text' },
  { field: 'supervision', kind: 'text' },
  { field: 'numberLimit', kind: 'line' },
  { field: 'validFrom', kind: 'date', required: true },
  { field: 'validTo', kind: 'date' },
];

export type FormValues = Readonly<Record<string, unknown>>;

/** An item as it is answered, without what the answer adds to the document and without the number. */
export function documentOf(item: shapes.Item): shapes.ItemDocument {
  const { version: _version, codes: _codes, route: _route, powers: _powers, ...rest } = item;
  const { departmentName: _department, jointDepartmentNames: _joint, ...more } = rest;
  const { typeName: _type, regimeName: _regime, ...document } = more;
  return document;
}

/** The document of a draft, which the node numbers anew when it is written. */
export function documentOfDraft({ document }: Pick<shapes.ItemDraft, 'document'>): shapes.ItemDocument {
  const { version: _version, ...rest } = document;
  return rest;
}

/** What the form begins with: lists as one line each. */
export const valuesOf = (document: shapes.ItemDocument): FormValues =>
  Object.fromEntries(
    formFields.map(({ field, kind }) => {
      const value = document[field];
      return [field, kind === 'lines' && Array.isArray(value) ? value.join('\n') : value];
    }),
  );

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function entered(kind: FieldKind, value: unknown): unknown {
  if (typeof value !== 'string') return isEmpty(value) ? undefined : value;
  if (kind !== 'lines') return value.trim() === '' ? undefined : value.trim();
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The document with what was entered; an element that was emptied is left out of it. */
export function withValues(document: shapes.ItemDocument, values: FormValues): shapes.ItemDocument {
  const changed: Record<string, unknown> = { ...document };
  for (const { field, kind } of formFields) {
    const value = entered(kind, values[field]);
    if (value === undefined) delete changed[field];
    else changed[field] = value;
  }
  // Only elements of the form were replaced, each by what its input gives; the host checks the whole.
  return changed as shapes.ItemDocument;
}

/** `body.materials.0.name`: the field of the form whose element the host objects to, if it is one of the form's. */
export function fieldOf(path: string): string | undefined {
  const [, first] = path.split('.');
  return formFields.find(({ field }) => field === first)?.field;
}
