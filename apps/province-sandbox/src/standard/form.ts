/** A trailing `*` means compulsory; then the width in characters, or the form of the value. */
export type Form = number | 'dateTime' | 'date' | 'count' | 'number' | 'yuan' | RegExp;
export interface Rule {
  readonly compulsory: boolean;
  readonly form: Form;
}
export type Layout = ReadonlyMap<string, Rule>;

/** Columns from their short form. */
export const layout = (columns: Readonly<Record<string, Form>>): Layout =>
  new Map(
    Object.entries(columns).map(([name, form]) => [
      name.replace('*', ''),
      { compulsory: name.endsWith('*'), form } satisfies Rule,
    ]),
  );
