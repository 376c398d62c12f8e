import { z } from 'zod';
import { nodeCode, tiers } from '@tongban/kernel';
import { divisionChangeSchema } from './division-changes.js';

/** `statistical`: exists in the statistics only, not in the official list of divisions (a development zone). */
export const divisionKinds = ['official', 'statistical'] as const;
export type DivisionKind = (typeof divisionKinds)[number];

const code = z
  .string()
  .regex(/^[1-9]\d{11}$/, 'not a 12-digit division code')
  .transform(nodeCode);

const division = z.strictObject({
  code,
  name: z.string().min(1),
  tier: z.enum(tiers),
  parent: code,
  kind: z.enum(divisionKinds),
});

/**
 * One city and everything below it, sorted by code, as `tools/gen/divisions.mjs` cuts it, and what the State has changed
 * since in the order in which the city took it up.
 */
export const divisionsFileSchema = z.strictObject({
  city: code,
  source: z.string().min(1),
  divisions: z.array(division).min(1),
  changes: z.array(divisionChangeSchema).optional(),
});

export type Division = Readonly<z.output<typeof division>>;
export type DivisionsFile = z.output<typeof divisionsFileSchema>;
