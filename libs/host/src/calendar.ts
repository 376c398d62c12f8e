import { readFileSync } from 'node:fs';
import { calendarOverridesSchema, type CalendarOverrides } from '@tongban/domain/calendar';
import { z } from 'zod';

/** The city's own days off and working days, from the file that a variable names; none when it is not set. */
export const readCalendarOverrides: z.ZodType<CalendarOverrides, string | undefined> = z
  .string()
  .optional()
  .transform((path, context): CalendarOverrides => {
    if (path === undefined) return {};
    const read = calendarOverridesSchema.safeParse(contentOf(path));
    if (read.success) return read.data;
    const where = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
    context.addIssue({ code: 'custom', message: where.join('；') });
    return z.NEVER;
  });

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
