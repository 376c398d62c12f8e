import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { jest } from '@jest/globals';
import { auditMigrations, AuditLog } from '@tongban/feature/audit';
import { nodeCode, ok } from '@tongban/kernel';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { OfflineVerifier } from '@tongban/platform/identity';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { openOffice, township, village, type TestOffice } from '@tongban/testkit';
import { grantStoreOf, OFFLINE, OfflineController, offlineMigrations } from '../src/index.js';

jest.setTimeout(60_000);

const hourMs = 3_600_000;
const line = { up: true };
const time = { at: 0 };

function newDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  return { key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, secret: privateKey };
}
const present = (secret: KeyObject, { id, token }: { id: string; token: string }, node: string = village): string => {
  const proof = { grant: id, node, iat: time.at / 1000, exp: time.at / 1000 + 300 };
  const part = `tongban-offline-1.${token}.${Buffer.from(JSON.stringify(proof)).toString('base64url')}`;
  return `${part}.${sign('sha256', Buffer.from(part), { key: secret, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};

class Root {}

/** An office whose verifier takes offline logins, beside the one of the testkit over the same database. */
describe('logging in at a node that is cut off', () => {
  let office: TestOffice;
  let app: HttpApp;
  let audit: AuditLog;
  const device = newDevice();

  const issue = async (subject: string, key = device.key, more: object = {}) => {
    const sent = await office
      .as('clerk', village, subject)
      .send('POST', `${village}/offline-grants`, { device: key, ...more });
    return { status: sent.statusCode, ...sent.json<{ id: string; token: string; code?: string }>() };
  };
  const ask = async (token: string, path = `${village}/offline-grants`, command = false) => {
    const answer = await app.nest.inject({
      url: `/v1/nodes/${path}`,
      method: command ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(command ? { 'idempotency-key': randomUUID() } : {}) },
    });
    return { status: answer.statusCode, code: answer.body === '' ? undefined : answer.json<{ code?: string }>().code };
  };

  beforeAll(async () => {
    office = await openOffice({
      nodes: [township, village],
      migrations: [...offlineMigrations, ...auditMigrations],
      features: ({ transactor, keystore, clock }) => {
        time.at = clock.now();
        const tools = { transactor, keystore, clock: { now: () => time.at } };
        return Promise.resolve([
          { controllers: [OfflineController], providers: [{ provide: OFFLINE, useValue: tools }] },
        ]);
      },
    });
    const { transactor, keystore, directory } = office.parts;
    const clock = { now: () => time.at };
    audit = new AuditLog({ transactor, clock, log: () => undefined });
    app = await createHttpApp({
      module: {
        module: Root,
        controllers: [OfflineController],
        providers: [{ provide: OFFLINE, useValue: { transactor, keystore, clock } }],
      },
      ports: {
        audit,
        verifier: new OfflineVerifier({
          online: {
            verify: () => Promise.resolve(ok({ subject: '', roles: [], authenticatedAt: 0 })),
            isReachable: () => Promise.resolve(line.up),
          },
          checker: directory,
          serves: (node) => [township, village].includes(node),
          store: grantStoreOf(transactor),
          clock,
        }),
        nodes: { isKnown: () => true, isHosted: (node) => [township, village].includes(node) },
        checks: [],
      },
      logger: createLogger({ service: 'test', level: 'error' }),
      metrics: createMetrics('test'),
      info: { title: 'test', version: '1' },
    });
  });
  afterAll(async () => {
    await app?.close();
    await audit?.stop();
    await office?.close();
  });
  beforeEach(() => {
    line.up = false;
  });

  it('works with the device’s signature as long as the line is down, and no longer', async () => {
    const grant = await issue('li');
    expect(grant.status).toBe(201);
    expect((await ask(present(device.secret, grant))).status).toBe(200);
    line.up = true;
    expect(await ask(present(device.secret, grant))).toEqual({ status: 401, code: 'identity.offline-line-up' });
  });

  it('is of no use on another device or at another node', async () => {
    const grant = await issue('wang');
    expect(await ask(present(newDevice().secret, grant))).toEqual({ status: 401, code: 'identity.offline-device' });
    expect((await ask(present(device.secret, grant), `${township}/offline-grants`)).code).toBe('jurisdiction.division');
    expect((await ask(present(device.secret, grant, township))).code).toBe('identity.offline-device');
    expect((await ask(`${grant.token}`)).code).not.toBe(undefined);
  });

  it('does not lengthen itself', async () => {
    const grant = await issue('zhao');
    const answer = await app.nest.inject({
      method: 'POST',
      url: `/v1/nodes/${village}/offline-grants`,
      headers: { authorization: `Bearer ${present(device.secret, grant)}`, 'idempotency-key': randomUUID() },
      payload: { device: device.key },
    });
    expect(answer.json()).toMatchObject({ code: 'identity.invalid' });
  });

  it('marks what was done by it in the audit log', async () => {
    const grant = await issue('sun');
    expect(
      (await ask(present(device.secret, grant), `${village}/offline-grants/${randomUUID()}/revocation`, true)).code,
    ).toBe('identity.offline-unknown');
    await audit.stop();
    const lines = await office.parts.transactor.run((sql) =>
      sql.query(`select subject, role, operation from audit_event where subject = 'sun' order by seq`),
    );
    const marked = { subject: 'sun', role: 'clerk~offline' };
    expect(lines).toEqual([
      { ...marked, operation: 'logIn' },
      { ...marked, operation: 'revokeOfflineGrant' },
    ]);
  });

  it('ends at once where the grant is revoked, by its holder or the administrator', async () => {
    const grants = [await issue('qian'), await issue('qian')];
    const revoke = (who: 'clerk' | 'security-administrator', subject: string, id: string) =>
      office.as(who, village, subject).send('POST', `${village}/offline-grants/${id}/revocation`);
    expect((await revoke('clerk', 'somebody', grants[0]!.id)).statusCode).toBe(404);
    expect((await revoke('clerk', 'qian', grants[0]!.id)).statusCode).toBe(204);
    expect((await revoke('security-administrator', 'root', grants[1]!.id)).statusCode).toBe(204);
    for (const grant of grants)
      expect((await ask(present(device.secret, grant))).code).toBe('identity.offline-revoked');
    const { grants: shown } = (await office.as('clerk', village, 'qian').get(`${village}/offline-grants`)).json<{
      grants: { subject: string; revokedAt: string | null }[];
    }>();
    expect(shown).toHaveLength(2);
    expect(shown.every(({ subject, revokedAt }) => subject === 'qian' && revokedAt !== null)).toBe(true);
  });

  it('is limited to a few devices, to those who work at counters, to their own node', async () => {
    for (let count = 0; count < 3; count++) expect((await issue('zhou')).status).toBe(201);
    expect((await issue('zhou')).code).toBe('identity.offline-grants');
    expect((await issue('wu', { ...device.key, y: device.key.x })).code).toBe('identity.offline-device');
    expect((await issue('wu', device.key, { hours: 73 })).code).toBe('request.invalid');
    const path = `${village}/offline-grants`;
    const order = { device: device.key };
    for (const role of ['resident', 'auditor', 'administrator', 'security-administrator', 'supervisor'] as const)
      expect((await office.as(role, village, 'x').send('POST', path, order)).statusCode).toBe(403);
    expect((await office.as('clerk', nodeCode(township), 'x').send('POST', path, order)).statusCode).toBe(403);
    const key = randomUUID();
    const same = () => office.as('clerk', village, 'feng').send('POST', path, order, { key });
    expect([(await same()).statusCode, (await same()).json<{ code: string }>().code]).toEqual([
      201,
      'request.key-reused',
    ]);
  });

  it('finds a clock that was set back, from what the database remembers', async () => {
    const grant = await issue('he', device.key, { hours: 48 });
    time.at += 20 * hourMs;
    expect((await ask(present(device.secret, grant))).status).toBe(200);
    time.at -= 10 * hourMs;
    expect((await ask(present(device.secret, grant))).code).toBe('identity.clock');
    const rows = await grantStoreOf(office.parts.transactor).latest();
    expect(rows).toBe(time.at + 10 * hourMs);
    time.at += 10 * hourMs;
    expect((await ask(present(device.secret, grant))).status).toBe(200);
    time.at += 30 * hourMs;
    expect((await ask(present(device.secret, grant))).code).toBe('identity.expired');
  });
});
