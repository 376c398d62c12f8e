import type { JsonObject } from '@tongban/kernel';
import { z } from 'zod';

/** Opened sealed parts of a case's entries, by the number of the entry. One that could not be opened is not in it. */
export type OpenedParts = ReadonlyMap<number, JsonObject>;

const applicant = z.object({
  name: z.string(),
  identityNumber: z.string(),
  phone: z.string(),
  address: z.string().optional(),
});
const agent = z.object({ name: z.string(), phone: z.string() });
const submission = z.object({ applicant, agent: agent.optional() });
const sealedFile = z.object({ digest: z.string(), name: z.string() });
const files = z.object({ files: z.array(sealedFile) });

export type Submission = z.infer<typeof submission>;

/** Applicant and agent as they were given with the application. */
export const submissionOf = (part: JsonObject | undefined): Submission | undefined => submission.safeParse(part).data;

export const filesOf = (part: JsonObject | undefined): readonly z.infer<typeof sealedFile>[] =>
  files.safeParse(part).data?.files ?? [];

/** A text of a sealed part; blank counts as missing. */
export function textOf(part: JsonObject | undefined, member: string): string | undefined {
  const value = part?.[member];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A member for an object literal, or nothing: what is missing is left out, not set to undefined. */
export const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
