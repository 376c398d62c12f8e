import { z } from 'zod';
import { isNodeCode, tierOf, tiers, type NodeCode } from '@tongban/kernel';
import { demoUscc, isUscc } from './identifiers.js';
import { name, slug } from './text.js';

/** A department of the government, the same in every division that has it. */
export const departmentSchema = z.strictObject({
  id: slug,
  version: z.int().min(1),
  name,
  /** Digits 5–6 of its items' base codes. */
  field: z.string().regex(/^\d{2}$/),
  /** Tiers where it has an office. */
  tiers: z.array(z.enum(tiers)).min(1),
  /** What the office is called at a tier, where that is not `name`. */
  names: z.partialRecord(z.enum(tiers), name).optional(),
  /** Registered credit codes (GB 32100) by division. */
  uscc: z
    .record(z.string().refine(isNodeCode, 'not a division code'), z.string().refine(isUscc, 'not a credit code'))
    .optional(),
});
export type Department = z.output<typeof departmentSchema>;

/** The credit code of a department's office; a demonstration code where none is registered in the catalogue. */
export function codeOf(department: Department, node: NodeCode): { uscc: string; isDemonstration: boolean } {
  const registered = department.uscc?.[node];
  if (registered !== undefined) return { uscc: registered, isDemonstration: false };
  return { uscc: demoUscc(node, department.id), isDemonstration: true };
}

export const departmentNameAt = (department: Department, node: NodeCode): string =>
  department.names?.[tierOf(node)] ?? department.name;
