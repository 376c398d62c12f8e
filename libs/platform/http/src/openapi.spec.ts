import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleApp } from '../test/sample.js';
import { writeOpenApi, type HttpApp } from './http-app.js';

type Node = { readonly [key: string]: Node };

let app: HttpApp;
let document: Node;
beforeAll(async () => {
  app = await sampleApp();
  document = JSON.parse(JSON.stringify(app.document)) as Node;
});
afterAll(() => app.close());

const referencesOf = (part: unknown): string[] =>
  typeof part !== 'object' || part === null
    ? []
    : Object.entries(part).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : referencesOf(value)));
const resolve = (reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<Node | undefined>((at, key) => at?.[key], document);
const operationsOf = (): [string, string, Node][] =>
  Object.entries(document['paths']!).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Node] => [path, method, operation]),
  );

describe('the OpenAPI document', () => {
  it('is complete: every route, every reference resolves, every path parameter described', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: '通办', version: '1.0.0' },
      servers: [{ url: '/v1' }],
    });
    expect(operationsOf()).toHaveLength(8);
    const references = referencesOf(document);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect([reference, resolve(reference)]).not.toContain(undefined);
    for (const [path, , operation] of operationsOf()) {
      const names = Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1]);
      const described = (
        operation['parameters'] as unknown as { name: string; in: string; required: boolean }[]
      ).filter((parameter) => parameter.in === 'path');
      expect(described.map((parameter) => parameter.name)).toEqual(names);
      expect(described.every((parameter) => parameter.required)).toBe(true);
      expect(operation['operationId']).toBeTruthy();
      expect(operation['summary']).toMatch(/[\u4e00-\u9fff]/);
    }
    expect(JSON.stringify(document)).not.toMatch(/\$defs|"\$schema"|"(input|output):/);
  });

  it('has shared schemas once, and apart where request and answer differ', () => {
    const schemas = document['components']!['schemas']!;
    expect(Object.keys(schemas)).toEqual(['Note', 'NoteInput', 'Problem']);
    expect(schemas['Note']!['required']).toEqual(['id', 'title', 'tags']);
    expect(schemas['NoteInput']!['required']).toEqual(['id', 'title']);
    expect(JSON.stringify(document['paths']!['/nodes/{node}/notes']!['post']!['requestBody'])).toContain('NoteInput');
  });

  it('names every refusal under its status', () => {
    const { responses, parameters } = document['paths']!['/nodes/{node}/notes']!['post']!;
    const codes = (status: string): string[] =>
      Object.keys(responses![status]!['content']!['application/problem+json']!['examples']!);
    expect(Object.keys(responses!)).toEqual([
      '201',
      '202',
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '429',
      '500',
      '503',
    ]);
    expect(codes('400')).toEqual([
      'request.invalid',
      'request.key-missing',
      'request.malformed',
      'request.unknown-type',
    ]);
    expect(codes('403')).toEqual(['jurisdiction.division', 'jurisdiction.role']);
    expect(codes('409')).toEqual(['case.state']);
    const names = (parameters as unknown as { name: string }[]).map((parameter) => parameter.name);
    expect(names).toEqual(['node', 'Idempotency-Key', 'If-Match']);
    expect(document['components']!['examples']!['case.state']).toMatchObject({
      value: { status: 409, code: 'case.state' },
    });
  });

  it('says who may call', () => {
    expect(document['paths']!['/progress/{number}']!['get']!['security']).toEqual([]);
    expect(document['paths']!['/attachments/{digest}']!['get']).toMatchObject({
      security: [{ bearer: [] }],
      'x-roles': ['agent'],
      'x-division': 'any',
    });
  });

  it('is written as a file that does not change by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    const file = join(folder, 'openapi.json');
    await writeOpenApi(app, file);
    const first = readFileSync(file, 'utf8');
    const again = await sampleApp();
    await writeOpenApi(again, file);
    expect(readFileSync(file, 'utf8')).toBe(first);
    expect(JSON.parse(first)).toEqual(document);
    await again.close();
    rmSync(folder, { recursive: true });
  });
});
