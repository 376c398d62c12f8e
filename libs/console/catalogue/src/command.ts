import { ApiProblem, commandHeaders } from '@tongban/console/api';

/** Headers of a command on a draft that was read: refused when it has been written on since. */
export const headersFor = (key: string, seq: number) => ({ ...commandHeaders(key), 'If-Match': `"${seq}"` });

/** Refused is done with: what is sent next says something else. What got no answer may have been done, and keeps its key. */
export const isAnswered = (error: unknown): boolean =>
  error instanceof ApiProblem && error.status >= 400 && error.status < 500;
