import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { localDate } from '@tongban/domain/calendar';
import type { TokenVerifier } from '@tongban/platform/http';
import { GrantManagerVerifier, keyLimits, memoryKeyStore } from '@tongban/platform/identity';
import { SignJWT } from 'jose';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

const hourMs = 3_600_000;
const grant = '01890000-0000-7000-8000-00000000000a';
const persons = ['A1111111', 'A2222222', 'A3333333'].map((identityNumber) => ({
  ...{ name: '王秀英', identityNumber, phone: '13800138000' },
}));
const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const entrustment = (principal: object, from: string, until: string) => ({
  ...{ principal, items: [items.plain.code], powers: ['submit', 'withdraw'], from, until },
  evidence: { kind: 'signedPaper', digest: '9'.repeat(64) },
});

describe('a village whose parent and identity provider are away', () => {
  const issuer = 'https://id.example.gov.cn/realms/tongban';
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const store = memoryKeyStore();
  const clock = { now: (): number => office?.time.at ?? Date.now() };
  let office: Office;
  let provider: Server;
  let verifier: TokenVerifier;

  /** A host that has just started: it knows what the store has kept. */
  const start = (keysUrl: string): GrantManagerVerifier =>
    new GrantManagerVerifier({ ...{ issuer, audience: 'tongban-api', keysUrl, store, clock } });

  const token = (): Promise<string> =>
    new SignJWT({
      ...{ iss: issuer, sub: 'li', aud: 'tongban-api', typ: 'Bearer', division: township },
      ...{ realm_access: { roles: ['agent'] }, name: '李会计' },
      ...{ iat: Math.floor(clock.now() / 1000), exp: Math.floor(clock.now() / 1000) + 300 },
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(key.privateKey);
  const entrust = async (person: object, until: string): Promise<string> => {
    const granted = await office.post(await token(), 'mandates', entrustment(person, localDate(clock.now()), until));
    expect(codeOf(granted)).toBe(201);
    return String(granted.json['record']);
  };
  const apply = async (applicant: object, mandate: string): Promise<unknown> => {
    const body = { ...office.application(items.plain), channel: 'agent', applicant, mandate };
    return codeOf(await office.post(await token(), 'cases', body));
  };

  beforeAll(async () => {
    const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
    provider = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const keysUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/certs`;
    await start(keysUrl).warmUp();
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
    verifier = start(keysUrl);
    office = await Office.open(localDate(Date.now()), { verify: (bearer) => verifier.verify(bearer) });
    office.time.at = Date.now();
  });
  afterAll(async () => {
    provider?.closeAllConnections();
    await office?.close();
  });

  it('checks tokens and mandates with what it knew last, for a bounded time', async () => {
    const [first, second, third] = persons as [object, object, object];
    const until = localDate(clock.now() + 2 * keyLimits.maxKeyAgeHours * hourMs);
    const mandates = [await entrust(first, until), await entrust(second, until)] as const;
    const ofOneDay = await entrust(third, localDate(clock.now()));
    expect(await apply(first, mandates[0])).toBe(201);
    office.time.at += (keyLimits.maxKeyAgeHours - 1) * hourMs;
    expect(await apply(second, mandates[1])).toBe(201);
    expect(await apply(third, ofOneDay)).toBe('mandate.expired');
    office.time.at += 2 * hourMs;
    expect(await apply(first, mandates[0])).toBe('identity.unavailable');
  });
});

describe('an act of somebody who logged in off line', () => {
  let office: Office;
  beforeAll(async () => {
    office = await Office.open('2026-03-02');
  });
  afterAll(() => office?.close());

  const shown = async (record: string, token: string) =>
    (await office.get(token, `cases/${record}/entries`)).json['entries'] as {
      readonly type: string;
      readonly offline: boolean;
      readonly facts: { readonly act?: string; readonly grant?: string };
    }[];
  const lines = async (record: string, token: string): Promise<string[]> =>
    (await shown(record, token)).map(({ type, offline }) => `${type}${offline ? ' offline' : ''}`);

  it('is marked in the journal of the case and shown in its history, and no other is', async () => {
    const clerk = office.person('clerk', 'window');
    const cutOff = office.offline(clerk, grant);
    const key = randomUUID();
    const submitted = await office.post(cutOff, 'cases', office.application(items.plain), township, key);
    expect(codeOf(submitted)).toBe(201);
    const record = String(submitted.json['record']);
    const again = await office.post(cutOff, 'cases', office.application(items.plain), township, randomUUID());
    expect(again.json['record']).not.toBe(record);
    office.time.at += hourMs;
    expect(codeOf(await office.post(clerk, `cases/${record}/acceptance`, {}))).toBe(201);
    expect(await lines(record, clerk)).toEqual([
      ...['case.submitted offline', 'case.actedOffline offline', 'case.accepted'],
    ]);
    expect((await shown(record, clerk))[1]!.facts).toEqual({ act: 'submit', grant });
  });

  it('is marked by the owner of the case as well, where it was asked of it from below', async () => {
    const clerk = office.person('clerk', 'window');
    const record = await office.take(items.reportedUp);
    const review = { conclusion: 'agree', opinion: '符合条件' };
    const reviewer = office.person('reviewer', 'first-review');
    expect(codeOf(await office.post(reviewer, `cases/${record}/review`, review))).toBe(201);
    const up = { to: district, reason: 'toDecide' };
    expect(codeOf(await office.post(clerk, `cases/${record}/hand-over`, up))).toBe(201);
    const above = office.person('clerk', 'window-above', district);
    const owner = async (): Promise<unknown> => (await office.get(above, `cases/${record}`, district)).json['owner'];
    await office.eventually(async () => (await owner()) === district);
    const urged = await office.post(office.offline(clerk, grant), `cases/${record}/urging`, {});
    expect(codeOf(urged)).toBe(202);
    await office.eventually(async () => (await lines(record, clerk)).includes('case.actedOffline offline'));
    expect((await lines(record, clerk)).slice(-2)).toEqual(['case.urged offline', 'case.actedOffline offline']);
    expect((await shown(record, clerk)).at(-1)!.facts).toEqual({ act: 'urge', grant });
  });
});
