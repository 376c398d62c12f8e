import { findFormProblems, type ApplicantForm } from '@tongban/domain/catalogue';

type Field = ApplicantForm['properties'][string];
export type Filled = Record<string, string | number | boolean>;

/** Values of the kinds that application forms ask for; the first one that a field takes is used. */
const words: readonly string[] = [
  '日照街道兴海路12号',
  '示范',
  '2026-01-15',
  '2020',
  '13906330001',
  '6217003320012345678',
  '276800',
  '371102198001011239',
  '91371100MA3C0000XU',
  '2024-371102-01-05-000123',
  '鲁L12345',
  '123456789012345678901234567X',
  '371102001001GB00012F00010001',
  '12',
];
const numbers: readonly number[] = [1, 3, 10, 60, 80, 100, 1000, 2000, 10_000, 0.5];

function candidates(field: Field): readonly (string | number | boolean)[] {
  if (field.type === 'boolean') return [true, false];
  if (field.type === 'string') return [...(field.enum ?? []), ...words];
  const { minimum, maximum } = field;
  return [...numbers, ...(minimum === undefined ? [] : [minimum]), ...(maximum === undefined ? [] : [maximum])];
}

/**
 * Fills in what a form demands, with values of a demonstration.
 * @param known values by field name, where they are right for the applicant
 * @returns undefined when a demanded field takes none of the values at hand
 */
export function fillForm(form: ApplicantForm, known: Readonly<Filled> = {}): Filled | undefined {
  const filled: Filled = {};
  for (const name of form.required) {
    const field = form.properties[name];
    if (field === undefined) return undefined;
    const single: ApplicantForm = { type: 'object', properties: { [name]: field }, required: [name] };
    const fits = (value: string | number | boolean): boolean =>
      findFormProblems(single, { [name]: value }).length === 0;
    const own = known[name];
    const value = [...(own === undefined ? [] : [own]), ...candidates(field)].find(fits);
    if (value === undefined) return undefined;
    filled[name] = value;
  }
  return filled;
}
