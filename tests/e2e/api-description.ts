import { roles, type NodeCode, type Role } from '@tongban/kernel';
import { z } from 'zod';
import type { HostName } from './city.js';
import { ask, unexpected } from './http.js';

/** A JSON Schema as far as generators look into it. */
export type Schema = Readonly<Record<string, unknown>>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof methods)[number];

const divisionRules = ['own', 'below', 'child', 'residentsAnywhere', 'belowOrResident', 'any', 'public'] as const;

const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  schema: z.record(z.string(), z.unknown()),
});
const operationSchema = z.looseObject({
  operationId: z.string(),
  'x-roles': z.array(z.enum(roles)).optional(),
  'x-division': z.enum(divisionRules),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.record(z.string(), z.unknown()) })) })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).default({}) })),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

export interface Operation {
  readonly host: HostName;
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  /** Undefined for what asks for nobody. */
  readonly roles: readonly Role[] | undefined;
  readonly division: (typeof divisionRules)[number];
  readonly parameters: readonly z.infer<typeof parameterSchema>[];
  readonly body: Schema | 'bytes' | undefined;
  readonly statuses: readonly number[];
  /** The answer does not end by itself. */
  readonly streams: boolean;
}

export interface Description {
  readonly operations: readonly Operation[];
  /** Named schemas that `$ref` points to. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** What a running host says of itself. */
export async function describeHost(host: HostName, base: string): Promise<Description> {
  const answer = await ask({ method: 'GET', url: `${base}/openapi.json` });
  if (answer.status !== 200) throw unexpected(`the description of ${host}`, answer);
  const { paths, components } = documentSchema.parse(answer.json);
  const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
    methods.flatMap((method) => (byMethod[method] === undefined ? [] : [operationOf(host, method, path, byMethod)])),
  );
  return { operations, schemas: components.schemas };
}

function operationOf(host: HostName, method: Method, path: string, byMethod: Record<string, unknown>): Operation {
  const found = operationSchema.parse(byMethod[method]);
  const content = found.requestBody?.content;
  const body = content === undefined ? undefined : (content['application/json']?.schema ?? 'bytes');
  return {
    ...{ host, method, path, body, id: found.operationId },
    ...{ roles: found['x-roles'], division: found['x-division'], parameters: found.parameters },
    statuses: Object.keys(found.responses).map(Number),
    streams: Object.values(found.responses).some((response) => 'text/event-stream' in response.content),
  };
}

/** The path with its parameters filled in; `node` and what `others` gives for the rest. */
export const fillPath = ({ path }: Operation, node: NodeCode, others: (name: string) => string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => (name === 'node' ? node : others(name)));
