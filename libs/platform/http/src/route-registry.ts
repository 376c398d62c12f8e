import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { pathParameters, responsesOf, type RouteSpec } from './route-spec.js';
import { routeSpecOf } from './route.js';

/** Methods that Nest itself calls on any provider. */
const lifecycleMethods = new Set([
  'constructor',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/**
 * The routes of all controllers.
 *
 * @throws Error naming every method of a controller that has no `@Route`, and every spec that contradicts itself: what
 *   is not spelled out must not be reachable.
 */
export function routesOf(app: INestApplicationContext): RouteSpec[] {
  const specs: RouteSpec[] = [];
  const problems: string[] = [];
  const controllers = new Set<object>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) if (metatype) controllers.add(metatype);
  }
  for (const controller of controllers) {
    const { name, prototype } = controller as { name: string; prototype: object };
    for (const method of methodsOf(prototype)) {
      const spec = routeSpecOf(prototype, method);
      if (spec === undefined) problems.push(`${name}.${method} has no @Route`);
      else {
        specs.push(spec);
        problems.push(...contradictionsOf(spec).map((problem) => `${name}.${method} ${problem}`));
      }
    }
  }
  problems.push(...duplicatesOf(specs));
  if (problems.length > 0) throw new Error(`routes are not well defined:\n  ${problems.join('\n  ')}`);
  return specs.sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path < b.path ? -1 : 1));
}

function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && !lifecycleMethods.has(name)) names.add(name);
    }
  }
  return [...names];
}

function contradictionsOf(spec: RouteSpec): string[] {
  const names = pathParameters(spec.path);
  const others = names.filter((name) => name !== 'node');
  const described = Object.keys(spec.params?.shape ?? {});
  const isPublic = spec.roles === 'public';
  const rules: readonly (readonly [boolean, string])[] = [
    [/^(\/([a-z][a-z-]*(\.pdf)?|\{\w+\}))+$/.test(spec.path), `has a path of another form: ${spec.path}`],
    [isPublic === (spec.division === 'public'), 'must be public in both roles and division, or in neither'],
    [isPublic || spec.roles.length > 0, 'allows no role'],
    [names.includes('node') || isPublic || spec.division === 'any', `needs {node} for division ${spec.division}`],
    [spec.params === undefined || sameNames(others, described), 'describes other params than its path has'],
    [spec.command !== true || spec.method !== 'GET', 'is a command and a GET'],
    [spec.body === undefined || spec.method !== 'GET', 'has a body and is a GET'],
    [responsesOf(spec).size > 0, 'documents no answer'],
    [[...responsesOf(spec).keys()].every((status) => status >= 200 && status < 300), 'answers with no success'],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  [...a].sort().join() === [...b].sort().join();

function duplicatesOf(specs: readonly RouteSpec[]): string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const { method, path, operationId } of specs) {
    for (const key of [`${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`, `operationId ${operationId}`]) {
      if (seen.has(key)) twice.push(`${key} is there twice`);
      seen.add(key);
    }
  }
  return twice;
}
