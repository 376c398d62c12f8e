import type { RefusalCode } from './refusal-codes.js';

/** An expected "no": a value, never an exception. `detail` is for a person, `params` for a program. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly params?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (code: RefusalCode, detail: string, params?: Refusal['params']): Result<never> => ({
  ok: false,
  refusal: params === undefined ? { code, detail } : { code, detail, params },
});

/** Carries a refusal across code that can only throw (a framework's callback); edges map it back. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
    this.name = 'RefusalError';
  }
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}
