import type { Problem } from './gen/types.gen.js';

/** A refusal or failure as the server told it (RFC 9457), or what became of a request that got no answer. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly traceId: string | undefined;
  /** What the host names one by one: problems of a publication, uses of a record. */
  readonly lines: readonly string[];
  readonly fields: readonly { readonly path: string; readonly message: string }[];

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.traceId = problem.traceId;
    this.fields = problem.errors ?? [];
    const named = problem.params?.['problems'] ?? problem.params?.['uses'];
    this.lines = Array.isArray(named) ? named.map(String) : [];
  }
}

/** Codes of our own, for what happens on this side of the wire. */
const noAnswer = 'console.offline';
const strangeAnswer = 'console.answer';

export const isOffline = (error: unknown): boolean => error instanceof ApiProblem && error.code === noAnswer;

/** Turns whatever a request ended with into an `ApiProblem`. */
export function problemOf(error: unknown, response: Response | undefined): ApiProblem {
  if (isProblem(error)) return new ApiProblem(error);
  const status = response?.status ?? 0;
  const code = response === undefined ? noAnswer : strangeAnswer;
  return new ApiProblem({ type: `urn:tongban:problem:${code}`, title: code, detail: code, status, code });
}

function isProblem(error: unknown): error is Problem {
  if (typeof error !== 'object' || error === null) return false;
  const { code, detail, status } = error as Partial<Problem>;
  return typeof code === 'string' && typeof detail === 'string' && typeof status === 'number';
}
