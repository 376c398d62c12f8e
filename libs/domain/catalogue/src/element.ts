import { z } from 'zod';

/** What else is known of an element of a service item, besides its shape and its title. */
export interface ElementNote {
  /** Row numbers in GB/T 39046-2020 table 4. */
  readonly gbt39046?: readonly number[];
  /** Columns of the national front-end tables, `TABLE.column` without the prefix `UP_TASK_GENERAL_`. */
  readonly columns?: readonly string[];
  /** A division below may say its own: where it is done and whom to ask differ, what is done does not. */
  readonly localisable?: true;
}

const notes = z.registry<ElementNote>();

/** Gives a schema its title, which the form and OpenAPI show, and notes where the element comes from. */
export function element<S extends z.ZodType>(schema: S, title: string, note: ElementNote = {}): S {
  const titled = schema.meta({ title });
  notes.add(titled, note);
  return titled;
}

export interface Element extends ElementNote {
  readonly field: string;
  readonly title: string;
  readonly required: boolean;
}

/** The elements of an object schema whose fields were all made by `element`. */
export function elementsOf(schema: z.ZodObject): Element[] {
  return Object.entries(schema.shape).map(([field, member]) => {
    const title = z.globalRegistry.get(member)?.title;
    if (title === undefined) throw new Error(`${field} is no element`);
    return { field, title, required: !(member instanceof z.ZodOptional), ...notes.get(member) };
  });
}
