import { isNodeCode, nodeCode } from '@tongban/kernel';
import { z } from 'zod';

// The shapes of texts that recur in catalogue records, with the widths of the national front-end tables.

export const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'not a slug');
export const name = z.string().min(1).max(200);
export const prose = z.string().min(1).max(1000);
export const shortProse = z.string().min(1).max(500);
export const phone = z.string().regex(/^[0-9-]{3,18}$/, 'not a telephone number');
export const webAddress = z.url({ protocol: /^https?$/ }).max(1000);
export const itemCodeText = z.string().regex(/^\d{12}$/, 'not a 12-digit item code');
export const division = z
  .string()
  .refine(isNodeCode, '应为 12 位区划代码')
  .transform((text) => nodeCode(text));
