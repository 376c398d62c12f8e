import { randomUUID } from 'node:crypto';
import { tierOf, type NodeCode, type Role, type Tier } from '@tongban/kernel';
import { z } from 'zod';
import { RouteFailure, routeOf, send, type HttpRequest } from './http.js';
import { usernameOf } from './people.js';
import type { Tokens } from './tokens.js';

/** A person at work: a role at a node. */
export interface Somebody {
  readonly role: Role;
  readonly at: NodeCode;
}

export interface WireOptions {
  readonly urls: ReadonlyMap<Tier, string>;
  readonly provinceUrl: string;
  readonly tokens: Tokens;
  readonly signal: AbortSignal;
}

type Headers = Readonly<Record<string, string>>;

/** Requests to the nodes of a city, each as the person whose it is, with answers that are checked. */
export class Wire {
  constructor(private readonly options: WireOptions) {}

  get provinceUrl(): string {
    return this.options.provinceUrl;
  }

  get<T>(schema: z.ZodType<T>, by: Somebody | undefined, at: NodeCode, path: string): Promise<T> {
    return this.send(schema, { method: 'GET', url: this.url(at, path) }, by);
  }

  /** As a supervisor of the node; undefined where it does not hold the case. */
  async getIfHeld<T>(schema: z.ZodType<T>, at: NodeCode, path: string): Promise<T | undefined> {
    try {
      return await this.get(schema, { role: 'supervisor', at }, at, path);
    } catch (error) {
      if (error instanceof RouteFailure && error.code === 'case.unknown') return undefined;
      throw error;
    }
  }

  /** A command with a key of its own; `at` where it is not the person's own node. */
  command<T>(
    schema: z.ZodType<T>,
    by: Somebody | undefined,
    path: string,
    body: object,
    { at = by?.at, method = 'POST', headers = {} }: { at?: NodeCode; method?: 'POST' | 'PUT'; headers?: Headers } = {},
  ): Promise<T> {
    if (at === undefined) throw new Error(`${path}: nobody said where`);
    const all = { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.send(schema, { method, url: this.url(at, path), headers: all, body: JSON.stringify(body) }, by);
  }

  post<T>(
    schema: z.ZodType<T>,
    by: Somebody,
    path: string,
    body: Uint8Array<ArrayBuffer> | string,
    headers: Headers,
  ): Promise<T> {
    return this.send(schema, { method: 'POST', url: this.url(by.at, path), headers, body }, by);
  }

  async send<T>(schema: z.ZodType<T>, request: HttpRequest, by: Somebody | undefined): Promise<T> {
    const { signal, tokens } = this.options;
    const username = by === undefined ? undefined : usernameOf(by.role, by.at);
    const person = username === undefined ? {} : { as: username, bearer: await tokens.of(username) };
    const { status, body } = await send({ ...request, ...person }, signal);
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    throw new RouteFailure(
      routeOf({ ...request, ...person }),
      status,
      '',
      `应答的内容不符：${z.prettifyError(read.error)}`,
    );
  }

  /** Of the host that serves a node, without a path. */
  base(at: NodeCode): string {
    const base = this.options.urls.get(tierOf(at));
    if (base === undefined) throw new Error(`no host serves ${at}`);
    return base;
  }

  private url(at: NodeCode, path: string): string {
    return `${this.base(at)}/v1/nodes/${at}${path}`;
  }
}
