import type { Readable } from 'node:stream';
import type { NodeCode, RefusalCode, Result, Role, Uuid } from '@tongban/kernel';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Answer } from './answer.js';
import type { Person } from './ports.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Whose division may use a route with `{node}`: `own`, the person's division is the node; `below`, it is the node or one
 * of its ancestors; `child`, it is the node or directly below it; `residentsAnywhere`, `own` for staff, while a resident
 * may go to any office; `belowOrResident`, the same with `below` for staff; `any`, whoever has the role; `public`, nobody is asked.
 */
export type DivisionRule = 'own' | 'below' | 'child' | 'residentsAnywhere' | 'belowOrResident' | 'any' | 'public';

/** `none` is an answer without a body. */
export type ResponseBody = z.ZodType | 'bytes' | 'none';
export type ResponseSpec = ResponseBody | Readonly<Record<number, ResponseBody>>;

/** Everything there is to know about a route; guard, validation and OpenAPI follow from it. */
export interface RouteSpec {
  readonly method: HttpMethod;
  /** Below `/v1`, parameters in braces: `/nodes/{node}/cases/{record}`. */
  readonly path: string;
  readonly operationId: string;
  /** One line in Chinese. */
  readonly summary: string;
  readonly roles: readonly Role[] | 'public';
  readonly division: DivisionRule;
  /** True for a reading that is answered only after the audit log has it: personal data, exports, the log itself. */
  readonly audited?: boolean;
  /**
   * For a route that wants a code somebody might try to guess: few tries a minute. `whenRefused` where most callers need no
   * code: only what came with a code (`code` or `queryCode` of the body) and was refused counts as a try.
   */
  readonly guessable?: true | 'whenRefused';
  /** True for what changes something: `Idempotency-Key` is required. */
  readonly command?: boolean;
  readonly ifMatch?: 'required' | 'optional';
  /** Path parameters other than `node`; texts when not given. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType | 'bytes';
  readonly response: ResponseSpec;
  /** What this operation itself may refuse with; those of identity, jurisdiction and form are implied. */
  readonly refusals: readonly RefusalCode[];
}

type ParsedOr<T, Otherwise> = T extends z.ZodType ? z.output<T> : Otherwise;

/** What a method of a controller gets. Fields that the route does not ask for are `undefined` by type. */
export interface Call<S extends RouteSpec> {
  readonly person: S['roles'] extends 'public' ? undefined : Person;
  /** The first role of the route's list that the person has. */
  readonly role: S['roles'] extends 'public' ? undefined : Role;
  readonly node: S['path'] extends `${string}{node}${string}` ? NodeCode : undefined;
  readonly params: ParsedOr<S['params'], Readonly<Record<string, string>>>;
  readonly query: ParsedOr<S['query'], Readonly<Record<never, never>>>;
  readonly body: S['body'] extends 'bytes' ? Buffer : ParsedOr<S['body'], undefined>;
  /** The command's idempotency key, in lower case. */
  readonly key: S['command'] extends true ? Uuid : undefined;
  /** The sequence number of `If-Match: "<seq>"`. */
  readonly ifMatch: S['ifMatch'] extends 'required'
    ? number
    : S['ifMatch'] extends 'optional'
      ? number | undefined
      : undefined;
  /** W3C traceparent of this request, to be stored with what it causes. */
  readonly traceparent: string;
  readonly request: FastifyRequest;
}

type BodyValue<B> = B extends z.ZodType ? z.input<B> : B extends 'bytes' ? Uint8Array | Readable : undefined;
type ResponseValue<R> = R extends ResponseBody ? BodyValue<R> : R extends object ? BodyValue<R[keyof R]> : never;

/** A body, a body with status and headers, or a refusal. */
export type Outcome<S extends RouteSpec> =
  | ResponseValue<S['response']>
  | Answer<ResponseValue<S['response']>>
  | Result<ResponseValue<S['response']> | Answer<ResponseValue<S['response']>>>;

/** Keeps the literal types of a route, so that `Call<typeof route>` is exact. */
export const defineRoute = <const S extends RouteSpec>(spec: S): S => spec;

/** Status → body, whichever way the response was written. */
export function responsesOf({ response }: RouteSpec): ReadonlyMap<number, ResponseBody> {
  if (isResponseBody(response)) return new Map([[response === 'none' ? 204 : 200, response]]);
  return new Map(Object.entries(response).map(([status, body]) => [Number(status), body]));
}

const isResponseBody = (response: ResponseSpec): response is ResponseBody =>
  typeof response === 'string' || '_zod' in response;

/** Names in braces, in the order of the path. */
export const pathParameters = (path: string): string[] =>
  Array.from(path.matchAll(/\{([a-z][A-Za-z0-9]*)\}/g), (match) => match[1] ?? '');
