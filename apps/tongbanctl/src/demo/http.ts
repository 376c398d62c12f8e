import { setTimeout as sleep } from 'node:timers/promises';
import { orInterrupted } from '../progress.js';

const requestTimeoutMs = 20_000;
const maxTries = 5;
const retryPauseMs = 400;
/** Busy or not there for a moment (RFC 9110 §15): the same key may be sent again. */
const passing = [429, 502, 503, 504];

/** An answer that was not the expected one: names the route, the person, the status and the problem's code. */
export class RouteFailure extends Error {
  constructor(
    readonly route: string,
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${route}：${status === 0 ? '没有应答' : status} ${code} ${detail}`.trimEnd());
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Who asks, for the message of a failure. */
  readonly as?: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export const routeOf = ({ method, url, as }: HttpRequest): string =>
  `${method} ${new URL(url).pathname}${as === undefined ? '' : `（${as}）`}`;

/** The problem of RFC 9457, or the error of RFC 6749 §5.2. */
function failureOf(request: HttpRequest, status: number, body: unknown): RouteFailure {
  const member = (name: string): string => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? JSON.stringify(body.errors) : '';
  const detail = [member('title'), member('detail') || member('error_description'), errors].filter(
    (text) => text !== '',
  );
  return new RouteFailure(routeOf(request), status, member('code') || member('error'), detail.join(' '));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}

async function once(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, url, bearer, headers, body } = request;
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    redirect: 'error',
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : parsed(text) };
}

/**
 * One request, sent again a bounded number of times while the service is busy or away.
 * @throws RouteFailure for every answer that is no success; Interrupted
 */
export async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  let failure = new RouteFailure(routeOf(request), 0, '', '');
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    orInterrupted(signal);
    try {
      const answer = await once(request, signal);
      if (answer.status < 400) return answer;
      failure = failureOf(request, answer.status, answer.body);
      if (!passing.includes(answer.status)) throw failure;
    } catch (error) {
      if (error instanceof RouteFailure) throw error;
      orInterrupted(signal);
      const cause = error instanceof Error && error.cause instanceof Error ? `：${error.cause.message}` : '';
      failure = new RouteFailure(routeOf(request), 0, '', `${String(error)}${cause}`);
    }
    if (attempt < maxTries) await sleep(retryPauseMs * attempt);
  }
  throw failure;
}
