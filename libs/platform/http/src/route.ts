import 'reflect-metadata';
import { createParamDecorator, RequestMapping, RequestMethod, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { callOf } from './call.js';
import type { Call, HttpMethod, Outcome, RouteSpec } from './route-spec.js';

const metadataKey = Symbol('tongban.route');
export const basePath = '/v1';

const nestMethods: Record<HttpMethod, RequestMethod> = {
  GET: RequestMethod.GET,
  POST: RequestMethod.POST,
  PUT: RequestMethod.PUT,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
};

const CallParam = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

type Method<S extends RouteSpec> = (call: Call<S>) => Promise<Outcome<S>> | Outcome<S>;

/**
 * Serves a route with a controller's method. The method gets one `Call` and gives a body, an `answer(…)` or a refusal;
 * authentication, jurisdiction, validation, idempotency headers and documentation follow from the spec.
 */
export const Route =
  <const S extends RouteSpec>(spec: S) =>
  <M extends Method<S>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    const path = `${basePath}${spec.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    Reflect.defineMetadata(metadataKey, spec, target, key);
    RequestMapping({ path, method: nestMethods[spec.method] })(target, key, descriptor);
    RouteConfig({ tongban: spec })(target, key, descriptor);
    CallParam()(target, key, 0);
  };

export const routeSpecOf = (prototype: object, key: string): RouteSpec | undefined =>
  Reflect.getMetadata(metadataKey, prototype, key) as RouteSpec | undefined;
