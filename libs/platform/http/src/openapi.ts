import { refusalCodes, separateRoles, type RefusalCode } from '@tongban/kernel';
import { SchemaCollector, type JsonSchema } from './openapi-schemas.js';
import { problemSchema, problemType, statusOf } from './problem.js';
import { pathParameters, responsesOf, type ResponseBody, type RouteSpec } from './route-spec.js';
import { basePath } from './route.js';

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: OpenApiInfo;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Record<string, Record<string, JsonSchema>>;
  readonly components: Record<string, JsonSchema>;
}

const statusTexts: Readonly<Record<number, string>> = {
  200: '成功',
  201: '已办理',
  202: '已转交权属单位办理',
  204: '成功，无内容',
  400: '请求不正确',
  401: '未登录',
  403: '无权办理',
  404: '不存在',
  409: '当前不能办理',
  412: '记录已更新',
  413: '内容过大',
  422: '校验未通过',
  429: '请求过多',
  500: '系统故障',
  503: '服务暂不可用',
};

/** The OpenAPI 3.1 description of the routes: every schema, and every refusal with its status as an example. */
export function openApiOf(specs: readonly RouteSpec[], info: OpenApiInfo): OpenApiDocument {
  const collector = new SchemaCollector();
  const problem = collector.add(problemSchema, 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const used = new Set<RefusalCode>();
  for (const spec of specs) {
    const codes = refusalsOf(spec);
    for (const code of codes) used.add(code);
    (paths[spec.path] ??= {})[spec.method.toLowerCase()] = operationOf(spec, codes, problem, collector);
  }
  const { components, resolve } = collector.finish();
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: basePath }],
    paths: resolve(paths) as OpenApiDocument['paths'],
    components: {
      schemas: components,
      examples: Object.fromEntries([...used].sort().map((code) => [code, exampleOf(code)])),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

/** The route's own refusals and those that follow from what it asks for. */
export function refusalsOf(spec: RouteSpec): RefusalCode[] {
  const codes = new Set<RefusalCode>([...spec.refusals, 'request.too-many', 'service.fault', 'service.unavailable']);
  const add = (...more: RefusalCode[]): void => more.forEach((code) => codes.add(code));
  if (spec.roles !== 'public') {
    const { roles } = spec;
    add('identity.missing', 'identity.invalid', 'identity.expired', 'identity.unavailable', 'jurisdiction.role');
    if (separateRoles.some((role) => roles.includes(role))) add('jurisdiction.separation');
    if (spec.division !== 'any') add('jurisdiction.division');
  }
  if (spec.path.includes('{node}')) add('node.unknown', 'node.not-hosted');
  if (spec.command === true) add('request.key-missing', 'request.invalid');
  if (spec.ifMatch !== undefined) add('request.stale', 'request.invalid');
  if (spec.params !== undefined || spec.query !== undefined) add('request.invalid');
  if (spec.body !== undefined) add('request.too-large');
  if (typeof spec.body === 'object') add('request.malformed', 'request.invalid', 'request.unknown-type');
  return [...codes].sort();
}

function operationOf(
  spec: RouteSpec,
  codes: readonly RefusalCode[],
  problem: JsonSchema,
  collector: SchemaCollector,
): JsonSchema {
  const responses: JsonSchema = {};
  for (const [status, body] of responsesOf(spec)) {
    responses[status] = { description: statusTexts[status] ?? '成功', ...contentOf(body, 'output', collector) };
  }
  for (const [status, ofStatus] of byStatus(codes)) {
    const examples = Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
    const content = { 'application/problem+json': { schema: problem, examples } };
    responses[status] = { description: statusTexts[status] ?? '未成功', content };
  }
  return {
    operationId: spec.operationId,
    summary: spec.summary,
    ...(spec.roles === 'public' ? { security: [] } : { security: [{ bearer: [] }], 'x-roles': [...spec.roles] }),
    'x-division': spec.division,
    ...(spec.audited === true ? { 'x-audited': true } : {}),
    parameters: parametersOf(spec, collector),
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, ...contentOf(spec.body, 'input', collector) } }),
    responses,
  };
}

function byStatus(codes: readonly RefusalCode[]): Map<number, RefusalCode[]> {
  const grouped = new Map<number, RefusalCode[]>();
  for (const code of codes) {
    const status = statusOf(code);
    const group = grouped.get(status);
    if (group === undefined) grouped.set(status, [code]);
    else group.push(code);
  }
  return grouped;
}

function contentOf(body: ResponseBody, io: 'input' | 'output', collector: SchemaCollector): JsonSchema {
  if (body === 'none') return {};
  if (body === 'bytes') return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  return { content: { 'application/json': { schema: collector.add(body, io) } } };
}

const nodeSchema = { type: 'string', pattern: '^[1-9]\\d{11}$', description: '12 位区划代码' };
const keySchema = { type: 'string', format: 'uuid' };

function parametersOf(spec: RouteSpec, collector: SchemaCollector): JsonSchema[] {
  const parameters: JsonSchema[] = [];
  const described = spec.params?.shape ?? {};
  for (const name of pathParameters(spec.path)) {
    const own = described[name];
    const schema =
      name === 'node' ? nodeSchema : own === undefined ? { type: 'string' } : collector.add(own as never, 'input');
    parameters.push({ name, in: 'path', required: true, schema });
  }
  if (spec.query !== undefined) {
    const { properties = {}, required = [] } = collector.add(spec.query, 'input') as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    for (const [name, schema] of Object.entries(properties)) {
      parameters.push({ name, in: 'query', required: required.includes(name), schema });
    }
  }
  if (spec.command === true) {
    parameters.push({ name: 'Idempotency-Key', in: 'header', required: true, schema: keySchema });
  }
  if (spec.ifMatch !== undefined) {
    const schema = { type: 'string', pattern: '^"\\d+"$' };
    parameters.push({ name: 'If-Match', in: 'header', required: spec.ifMatch === 'required', schema });
  }
  return parameters;
}

const exampleOf = (code: RefusalCode): JsonSchema => ({
  summary: refusalCodes[code].zh,
  value: {
    type: problemType(code),
    title: refusalCodes[code].zh,
    status: statusOf(code),
    detail: refusalCodes[code].zh,
    code,
  },
});
