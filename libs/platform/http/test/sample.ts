/** A small application with one route of each sort, for the tests of this library. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import { nodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { z } from 'zod';
import { answer } from '../src/answer.js';
import { cursorParam, limitParam } from '../src/cursor.js';
import { createHttpApp, type HttpApp, type HttpAppOptions } from '../src/http-app.js';
import type { HttpPorts, Person } from '../src/ports.js';
import { defineRoute, type Call } from '../src/route-spec.js';
import { Route } from '../src/route.js';

export const township = nodeCode('371102001000');
export const neighbour = nodeCode('371102002000');
export const district = nodeCode('371102000000');
export const elsewhere = nodeCode('371103000000');
const known = [township, neighbour, district, elsewhere];

const note = z.object({ id: z.uuid(), title: z.string(), tags: z.array(z.string()).default([]) }).meta({ id: 'Note' });
const node = { roles: ['clerk', 'approver'], division: 'own' } as const;

const read = defineRoute({
  ...node,
  method: 'GET',
  path: '/nodes/{node}/notes/{id}',
  operationId: 'readNote',
  summary: '查看便笺',
  params: z.object({ id: z.uuid() }),
  response: note,
  refusals: ['case.unknown'],
});
const list = defineRoute({
  roles: ['supervisor', 'clerk'],
  division: 'below',
  method: 'GET',
  path: '/nodes/{node}/notes',
  operationId: 'listNotes',
  summary: '便笺列表',
  query: z.object({ cursor: cursorParam(z.int()), limit: limitParam(), status: z.enum(['open', 'shut']).optional() }),
  response: z.object({ cursor: z.int().optional(), limit: z.int() }),
  refusals: [],
});
const write = defineRoute({
  ...node,
  method: 'POST',
  path: '/nodes/{node}/notes',
  operationId: 'writeNote',
  summary: '写便笺',
  command: true,
  ifMatch: 'optional',
  body: z.object({ note, pages: z.array(z.object({ text: z.string().min(2).max(9) })).optional() }),
  response: { 201: z.object({ seq: z.int(), key: z.string() }), 202: z.object({ request: z.string() }) },
  refusals: ['case.state'],
});
const upload = defineRoute({
  ...node,
  method: 'POST',
  path: '/nodes/{node}/attachments',
  operationId: 'upload',
  summary: '上传附件',
  body: 'bytes',
  response: z.object({ size: z.int() }),
  refusals: ['attachment.empty'],
});
const download = defineRoute({
  roles: ['agent'],
  division: 'any',
  method: 'GET',
  path: '/attachments/{digest}',
  operationId: 'download',
  summary: '下载附件',
  response: 'bytes',
  refusals: [],
});
const progress = defineRoute({
  roles: 'public',
  division: 'public',
  guessable: true,
  method: 'GET',
  path: '/progress/{number}',
  operationId: 'progress',
  summary: '办件进度',
  response: 'none',
  refusals: ['case.query-code'],
});
const claim = defineRoute({
  ...node,
  method: 'POST',
  path: '/nodes/{node}/notes/{id}/claim',
  operationId: 'claimNote',
  summary: '认领便笺',
  guessable: 'whenRefused',
  params: z.object({ id: z.uuid() }),
  body: z.object({ code: z.string().optional() }),
  response: 'none',
  refusals: ['jurisdiction.not-party'],
});
const misbehave = defineRoute({
  roles: 'public',
  division: 'public',
  method: 'POST',
  path: '/misbehave/{how}',
  operationId: 'misbehave',
  summary: '出错',
  body: z.object({}).optional(),
  response: z.object({ id: z.string() }),
  refusals: [],
});

@Controller()
export class SampleController {
  @Route(read)
  read({ params, person, role }: Call<typeof read>) {
    if (params.id.startsWith('0')) return refuse('case.unknown', '没有这张便笺', { id: params.id });
    const secret = { id: params.id, title: `${person.subject} ${role}`, unnamed: 'geheim' };
    return ok(answer(200, secret, { etag: 7 }));
  }

  @Route(list)
  list({ query }: Call<typeof list>) {
    return { limit: query.limit, cursor: query.cursor };
  }

  @Route(write)
  async write({ key, ifMatch, body }: Call<typeof write>) {
    if (body.note.title === 'elsewhere') return answer(202, { request: key });
    if (body.note.title === 'closed') return refuse('case.state', '便笺已归档');
    return answer(201, { seq: ifMatch ?? body.note.tags.length, key });
  }

  @Route(upload)
  upload({ body }: Call<typeof upload>) {
    return { size: body.length };
  }

  @Route(download)
  download() {
    return answer(200, Buffer.from('bytes'), { headers: { 'content-type': 'image/png' } });
  }

  @Route(progress)
  progress(): undefined {
    return undefined;
  }

  @Route(claim)
  claim({ body }: Call<typeof claim>) {
    return body.code === 'right' ? undefined : refuse('jurisdiction.not-party', '认领码不正确');
  }

  @Route(misbehave)
  async misbehave({ params }: Call<typeof misbehave>) {
    if (params['how'] === 'throw') throw new Error('geheim: select * from entry');
    if (params['how'] === 'sleep') await sleep(400);
    if (params['how'] === 'status') return answer(299, { id: 'x' });
    return params['how'] === 'body' ? ({ wrong: 'geheim' } as unknown as { id: string }) : { id: 'fine' };
  }
}

@Module({ controllers: [SampleController] })
export class SampleModule {}

/** The token of a person is its roles and division: `clerk+agent@371102001000`. */
export const tokenOf = (roles: readonly Role[], division?: NodeCode): string =>
  `${roles.join('+')}.${division ?? 'nowhere'}`;
export const bearer = (roles: readonly Role[], division?: NodeCode): { authorization: string } => ({
  authorization: `Bearer ${tokenOf(roles, division)}`,
});

export const samplePorts: HttpPorts = {
  verifier: {
    verify: async (token) => {
      if (token === 'expired') return refuse('identity.expired', '登录已过期');
      if (token === 'crash') throw new Error('geheim');
      const [roles = '', division = ''] = token.split('.');
      const person: Person = { subject: 'p1', roles: roles.split('+') as Role[] };
      return ok(division === 'nowhere' ? person : { ...person, division: nodeCode(division) });
    },
  },
  nodes: { isKnown: (code) => known.includes(code), isHosted: (code) => code !== elsewhere },
  checks: [{ name: 'database', check: async () => undefined }],
};

export const lines: Record<string, unknown>[] = [];

export const sampleApp = (options: Partial<HttpAppOptions> = {}): Promise<HttpApp> =>
  createHttpApp({
    module: SampleModule,
    ports: samplePorts,
    logger: createLogger({
      service: 'test',
      level: 'info',
      destination: { write: (text) => void lines.push(JSON.parse(text) as Record<string, unknown>) },
    }),
    metrics: createMetrics('test'),
    info: { title: '通办', version: '1.0.0' },
    ...options,
  });
