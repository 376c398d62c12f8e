import { RefusalError, type RefusalCode } from '@tongban/kernel';

/** One thing wrong with a request: where (a JSON pointer-like path, or the name of a header) and what. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A refusal with the fields that caused it. */
export class RequestRefusal extends RefusalError {
  constructor(
    code: RefusalCode,
    detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super({ code, detail });
    this.name = 'RequestRefusal';
  }
}
