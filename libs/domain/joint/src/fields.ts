import { z } from 'zod';
import { isLocalDate } from '@tongban/domain/calendar';
import type { NodeCode } from '@tongban/kernel';

export const oneOf = <T extends Record<string, string>>(names: T) =>
  z.enum(Object.keys(names) as [keyof T & string, ...(keyof T & string)[]]);

export const codeField = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  .max(64);
/** A field of the shared form, or of an item's. */
export const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/);
export const itemCode = z.string().regex(/^\d{12}$/);
export const nameField = z.string().min(1).max(200);
export const numberField = z.string().min(1).max(64);
export const daysField = z.int().min(0).max(2000);
export const nodeCodeField = z.string().regex(/^[1-9]\d{11}$/) as z.ZodType<string> as z.ZodType<NodeCode>;
export const dateField = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isLocalDate, 'not a date');
export const uuidField = z.uuid();
export const sealedText = (maxLength: number) => z.string().max(maxLength);

export const maxBranches = 60;
export const maxStages = 12;
export const maxSharedFields = 200;
export const maxSharedMaterials = 100;
/** Submissions of one branch: the first and its restarts. */
export const maxAttempts = 20;
export const maxInspections = 50;
export const maxFiles = 300;

const materialShape = {
  /** Code of the shared material. */
  material: codeField,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/),
};
const fileShape = {
  digest: materialShape.digest,
  name: z.string().min(1).max(255),
  key: z.string().min(1).max(1000),
};
export const materialFactSchema = z.strictObject(materialShape);
export type MaterialFact = z.infer<typeof materialFactSchema>;
export const sealedFileSchema = z.strictObject(fileShape);
/** Both, as a command brings them. */
export const jointAttachmentSchema = z.strictObject({ ...materialShape, ...fileShape });
export type JointAttachment = z.infer<typeof jointAttachmentSchema>;

export const jointFormSchema = z.record(fieldName, z.json());
