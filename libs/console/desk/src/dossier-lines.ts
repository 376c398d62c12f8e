export interface DossierLine {
  readonly key: string;
  /** Path of the value in its part: `applicant.name`, `files.0.name`. */
  readonly field: string;
  readonly value: string;
  /** What staff wrote comes again at every step: which one this is of, by its entry. */
  readonly step?: { readonly seq: number; readonly type: string };
}

interface Part {
  readonly seq: number;
  readonly type: string;
  readonly content?: unknown;
}

/** Keys and secrets of files stand in the dossier for the machine. */
const machineFields = new Set(['key', 'digest', 'queryCode']);
/** Written by whoever took the step. */
const staffFields = new Set(['handlerName', 'opinion', 'reason']);
const deepest = 6;

/** The parts of a dossier as lines to read, in the order of the journal: `applicant.name`, its value. */
export const linesOf = (parts: readonly Part[]): DossierLine[] =>
  parts.flatMap(({ seq, type, content }) =>
    walk(content, '', 0).map((line) => ({
      ...line,
      key: `${seq}.${line.field}`,
      ...(staffFields.has(line.field) ? { step: { seq, type } } : {}),
    })),
  );

function walk(value: unknown, path: string, depth: number): Omit<DossierLine, 'key'>[] {
  if (value === null || value === undefined || depth > deepest) return [];
  if (typeof value !== 'object') return [{ field: path, value: String(value) }];
  return Object.entries(value)
    .filter(([name]) => !machineFields.has(name))
    .flatMap(([name, inner]) => walk(inner, path === '' ? name : `${path}.${name}`, depth + 1));
}
