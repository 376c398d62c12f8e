import type { z } from 'zod';

/**
 * One environment variable. `schema` reads the text of the variable, or `undefined` when it is unset or empty;
 * `allowed` says in one phrase what may be written there; `show` turns a rejected text into what an error may print.
 */
export interface Field<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T, string | undefined>;
  readonly allowed: string;
  readonly show: (text: string) => string;
}

const shownLength = 120;

export const shown = (text: string): string =>
  JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

/** For passwords and keys: an error says that something was given, never what. */
export const hidden = (): string => '（已给出，不显示）';

/** For addresses that carry a password between `:` and `@`; a text that is no URL is hidden altogether. */
export function shownWithoutPassword(text: string): string {
  if (!URL.canParse(text)) return hidden();
  const url = new URL(text);
  if (url.password !== '') url.password = '***';
  return shown(url.href.replace(/([?&](?:password|sslpassword)=)[^&]*/gi, '$1***'));
}

export const field = <T>(
  variable: string,
  schema: z.ZodType<T, string | undefined>,
  allowed: string,
  show: (text: string) => string = shown,
): Field<T> => ({ variable, schema, allowed, show });
