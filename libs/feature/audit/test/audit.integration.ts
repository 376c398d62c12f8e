import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { answer, defineRoute, Route, type AuditPort } from '@tongban/platform/http';
import { openOffice, township, village, type TestOffice } from '@tongban/testkit';
import { z } from 'zod';
import { AUDIT, AuditController } from '../src/audit.controller.js';
import { AuditLog } from '../src/audit-log.js';
import { verifyExport } from '../src/export.js';
import { auditMigrations } from '../src/migrations.js';

jest.setTimeout(60_000);

const file = defineRoute({
  ...{ method: 'GET', path: '/nodes/{node}/files/{record}', operationId: 'readFile', summary: '读取' },
  ...{ roles: ['clerk'], division: 'own', audited: true, refusals: [] },
  params: z.object({ record: z.string() }),
  response: 'bytes',
});
const plain = defineRoute({
  ...{ method: 'GET', path: '/nodes/{node}/plain', operationId: 'readPlain', summary: '读取' },
  ...{ roles: ['clerk'], division: 'own', refusals: [] },
  response: 'none',
});

const watched = defineRoute({
  ...{ method: 'GET', path: '/nodes/{node}/watched', operationId: 'readWatched', summary: '读取' },
  ...{ roles: ['supervisor'], division: 'below', refusals: [] },
  response: 'none',
});

@Controller()
class FileController {
  @Route(file)
  file() {
    return answer(200, Buffer.from('bytes'));
  }

  @Route(plain)
  plain(): undefined {
    return undefined;
  }

  @Route(watched)
  watched(): undefined {
    return undefined;
  }
}

interface Line {
  readonly seq: number;
  readonly operation: string;
  readonly subject: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly record: string | null;
}

describe('the audit log', () => {
  let office: TestOffice;
  let audit: AuditLog;
  const faults = { database: false };
  const record = randomUUID();

  beforeAll(async () => {
    const port: AuditPort = { write: (event) => audit.write(event), note: (event) => audit.note(event) };
    office = await openOffice({
      nodes: [township, village],
      migrations: auditMigrations,
      audit: port,
      features: async ({ transactor, keystore, clock }, closing) => {
        const broken: typeof transactor = {
          run: (body) => (faults.database ? Promise.reject(new Error('no database')) : transactor.run(body)),
        };
        audit = new AuditLog({ transactor: broken, clock, log: () => undefined });
        closing(() => audit.stop());
        return [
          { controllers: [FileController], providers: [] },
          {
            controllers: [AuditController],
            providers: [{ provide: AUDIT, useValue: { transactor, keystore, clock } }],
          },
        ];
      },
    });
  });
  afterAll(() => office.close());

  async function lines(query = '', node: string = township): Promise<Line[]> {
    const response = await office.as('auditor', township, 'auditor-1').get(`${node}/audit?limit=200${query}`);
    expect(response.statusCode).toBe(200);
    return response.json<{ lines: Line[] }>().lines;
  }
  async function until(text: string, found: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < 100; look++) {
      if (await found()) return;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`${text} was not seen`);
  }

  it('has a reading before it is answered, who tried in vain soon after, and what is nobody’s secret not at all', async () => {
    const clerk = office.as('clerk', township, 'clerk-1');
    expect((await clerk.get(`${township}/files/${record}`)).statusCode).toBe(200);
    expect(await lines(`&record=${record}`)).toMatchObject([
      { operation: 'readFile', subject: 'clerk-1', status: 200, code: null, record },
    ]);
    expect((await clerk.get(`${township}/plain`)).statusCode).toBe(204);
    expect((await office.as('agent', township, 'agent-1').get(`${township}/plain`)).statusCode).toBe(403);
    await until('the refusal', async () => (await lines('&subject=agent-1')).length === 1);
    expect(await lines('&subject=agent-1')).toMatchObject([
      { operation: 'readPlain', status: 403, code: 'jurisdiction.role' },
    ]);
    expect((await lines('&subject=clerk-1')).map(({ operation }) => operation)).toEqual(['readFile']);
  });

  it('notes of a path only what is a record’s id', async () => {
    const clerk = office.as('clerk', township, 'clerk-2');
    await clerk.get(`${township}/files/${encodeURIComponent('王秀英')}`);
    expect(await lines('&subject=clerk-2')).toMatchObject([{ operation: 'readFile', record: null }]);
  });

  it('tells when somebody has logged in: once, at the own node, wherever the log-in was used first', async () => {
    const [morning, evening] = [Date.parse('2026-03-02T01:00:00Z'), Date.parse('2026-03-02T09:00:00Z')];
    const loggedIn = (at: number) => office.as('supervisor', township, 'supervisor-7', { authenticatedAt: at });
    // A log-in that is refused everywhere is not one at this service; the refusal itself is noted.
    expect((await loggedIn(morning).get(`${township}/plain`)).statusCode).toBe(403);
    for (let times = 0; times < 2; times++)
      expect((await loggedIn(morning).get(`${village}/watched`)).statusCode).toBe(204);
    expect((await loggedIn(evening).get(`${village}/watched`)).statusCode).toBe(204);
    const seen = async (node: string) =>
      (await lines('&subject=supervisor-7', node)).map(({ operation, status }) => [operation, status]);
    await until('both log-ins', async () => (await seen(township)).length === 3);
    expect(await seen(township)).toEqual([
      ['readPlain', 403],
      ['logIn', 200],
      ['logIn', 200],
    ]);
    expect(await seen(village)).toEqual([]);
  });

  it('is for the auditor alone, of the place or above it, and shows who read it', async () => {
    for (const role of ['administrator', 'security-administrator', 'supervisor', 'clerk', 'system'] as const)
      expect((await office.as(role, township).get(`${township}/audit`)).statusCode).toBe(403);
    expect((await office.as('auditor', village).get(`${township}/audit`)).statusCode).toBe(403);
    await lines('', village);
    expect((await lines('', village)).map(({ operation }) => operation)).toContain('listAudit');
  });

  it('goes out as a file that can be checked without the system, in parts where it is long', async () => {
    const auditor = office.as('auditor', township, 'auditor-1');
    const whole = await auditor.get(`${township}/audit/export`);
    const verdict = verifyExport(whole.body, office.parts.directory);
    expect(verdict).toMatchObject({ ok: true, node: township, first: 1 });
    const part = await auditor.get(`${township}/audit/export?after=2`);
    expect(verifyExport(part.body, office.parts.directory)).toMatchObject({ ok: true, first: 3 });
    expect(verifyExport(whole.body.replace('clerk-1', 'clerk-9'), office.parts.directory)).toMatchObject({ ok: false });
  });

  it('that cannot be written stops readings, keeps the rest, and goes on afterwards', async () => {
    const clerk = office.as('clerk', township, 'clerk-3');
    const before = (await lines()).at(-1)!.seq;
    faults.database = true;
    const refused = await clerk.get(`${township}/files/${record}`);
    expect([refused.statusCode, refused.json<{ code: string }>().code, refused.body.includes('bytes')]).toEqual([
      503,
      'service.unavailable',
      false,
    ]);
    expect((await office.as('agent', township, 'agent-3').get(`${township}/plain`)).statusCode).toBe(403);
    faults.database = false;
    expect((await clerk.get(`${township}/files/${record}`)).statusCode).toBe(200);
    await until('the refusal from before', async () => (await lines('&subject=agent-3')).length === 1);
    const since = (await lines(`&after=${before}`)).filter(({ operation }) => operation !== 'listAudit');
    expect(since.map(({ subject, status }) => [subject, status]).sort()).toEqual(
      [
        ['agent-3', 403],
        ['clerk-3', 200],
        ['clerk-3', 503],
      ].sort(),
    );
  });

  it('stays one chain when several processes append', async () => {
    const { transactor, clock } = office.parts;
    const logs = [1, 2, 3].map(() => new AuditLog({ transactor, clock, log: () => undefined }));
    const event = {
      ...{ operation: 'x', role: undefined, division: undefined, record: undefined },
      ...{ status: 200, code: undefined, address: '', traceId: '' },
    };
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        logs[index % 3]!.write({ ...event, node: village, subject: `s${index}` }),
      ),
    );
    for (const log of logs) await log.stop();
    const file = await office.as('auditor', township).get(`${village}/audit/export`);
    expect(verifyExport(file.body, office.parts.directory)).toMatchObject({ ok: true, first: 1 });
    await expect(logs[0]!.write({ ...event, node: village, subject: 'late' })).rejects.toThrow();
  });
});
