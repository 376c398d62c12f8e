import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  batchBody,
  caseAnswer,
  encodeBatch,
  nationalJson,
  readAnswer,
  toRecords,
  type BatchBody,
  type CaseForExchange,
  type ReportAnswer,
} from '@tongban/domain/exchange';
import {
  newSm2Key,
  sm2Signer,
  ed25519Signer,
  ed25519Verifier,
  signDetached,
  verifyDetached,
  type Signer,
} from '@tongban/platform/signing';
import { nodeCode, unwrap } from '@tongban/kernel';
import { createLogger } from '@tongban/platform/telemetry';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { readConfig } from './config.js';
import { startSandbox } from './start.js';

const minuteMs = 60_000;
const submittedAt = Date.UTC(2026, 2, 2, 1);
export const now = submittedAt + 180 * minuteMs;
export const day = '2026-03-02';
const profile = nationalJson({ province: '37' });
const implementationCode = '11511301008778183N5370113002000';
let cases = 0;

/** A closed and rated case under a number of its own. */
export function newCase(): CaseForExchange {
  const at = (minutes: number): number => submittedAt + minutes * minuteMs;
  const number = `${implementationCode}202603021${String(++cases).padStart(8, '0')}`;
  return {
    record: randomUUID(),
    number,
    intake: nodeCode('371102001001'),
    item: { basicCode: '370113002000', implementationCode, version: 3, name: '老年人优待证办理', regime: 'promised' },
    department: { name: '秦楼街道便民服务中心', uscc: '11511301008778183N' },
    channel: 'agent',
    applicantType: 'naturalPerson',
    identityType: 'residentIdentityCard',
    submittedAt,
    acceptance: { at: at(30), documentNumber: '秦受〔2026〕12号', handlerName: '王敏' },
    promisedDue: { date: '2026-03-09', provisional: false },
    dossier: {
      applicant: { name: '李秀英', identityNumber: '11010519491231002X', phone: '13806330001', address: '望海路 1 号' },
      agent: { name: '张建国', phone: '13906330002' },
    },
    steps: [
      { name: '受理', action: 'accepted', startedAt: at(30), handlerName: '王敏', explanation: '材料齐全，予以受理' },
      { name: '审批', action: 'agreed', startedAt: at(60), endedAt: at(90), handlerName: '赵立', explanation: '同意' },
    ],
    materials: [{ name: '居民身份证', copies: 1 }],
    closing: {
      type: 'granted',
      at: at(120),
      delivery: 'window',
      certificate: { name: '老年人优待证', number: '鲁优1' },
    },
    rating: { level: 'verySatisfied', channel: 'qrCode', at: at(150), reasonCodes: [], occasion: 1 },
  };
}

export const built = (from: CaseForExchange, dataVersion = 1, known: ReadonlySet<string> = new Set()): BatchBody => {
  const { ready, held } = toRecords(from, profile);
  expect(held).toEqual([]);
  return unwrap(batchBody(randomUUID(), profile, now, [{ dataVersion, records: ready, known }]));
};

export const newKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
};

/** Status and code of a refusal, which has to be a problem document. */
export const problem = async (response: Response): Promise<{ status: number; code: string }> => {
  const { status, code } = (await response.json()) as { status: number; code: string };
  expect(response.headers.get('content-type')).toMatch('application/problem+json');
  expect(response.status).toBe(status);
  return { status, code };
};

export interface PostOptions {
  readonly key?: string;
  readonly signedBy?: Signer;
  readonly signature?: string;
}

/** A sandbox over an empty database, and the gateway's side of talking to it. */
export interface Trial {
  readonly signer: Signer;
  /** Of the same client, with SM2. */
  readonly sm2Signer: Signer;
  readonly environment: Readonly<Record<string, string>>;
  readonly provinceKeyId: () => string;
  readonly fetch: (path: string) => Promise<Response>;
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (bytes: Uint8Array, options?: PostOptions) => Promise<Response>;
  /** The answer's bytes after their signature was checked. */
  readonly verified: (response: Response) => Promise<Uint8Array>;
  readonly report: (body: BatchBody) => Promise<ReportAnswer>;
  readonly behave: (command: object) => Promise<Response>;
  /** Stops it and starts it again on the same database and keys. */
  readonly restart: (changes: Record<string, string>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function newEnvironment(
  folder: string,
  databaseUrl: string,
  gateway: JWK,
  sm2: JWK,
): Promise<Record<string, string>> {
  const { d: _private, ...publicKey } = gateway;
  const clientKeys = join(folder, 'clients.json');
  const { d: _secret, ...sm2Key } = sm2;
  await writeFile(clientKeys, JSON.stringify({ keys: [publicKey, sm2Key] }));
  return {
    TONGBAN_HTTP_LISTEN: '127.0.0.1:0',
    TONGBAN_DATABASE_URL: databaseUrl,
    TONGBAN_PROVINCE_CLIENT_KEYS: clientKeys,
    TONGBAN_PROVINCE_SIGNING_KEY: join(folder, 'province.json'),
    TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
  };
}

export const gatewayKeyId = 'gateway-371100000000';

export async function openTrial(databaseUrl: string): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'province-'));
  const gateway = await newKey(gatewayKeyId);
  const sm2 = newSm2Key('gateway-sm2');
  const signer = await ed25519Signer(gateway);
  const environment = await newEnvironment(folder, databaseUrl, gateway, sm2);
  const logger = createLogger({ service: 'province-sandbox', level: 'error' });
  const start = async (changes: Record<string, string>) => {
    const sandbox = await startSandbox(readConfig({ ...environment, ...changes }), { now: () => now }, logger);
    const { keys } = (await (await fetch(`${sandbox.url}/exchange/v1/keys`)).json()) as { keys: JWK[] };
    return { sandbox, province: await ed25519Verifier(keys[0]!) };
  };
  let { sandbox, province } = await start({});

  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(`${sandbox.url}${path}`, init);
  const post = async (bytes: Uint8Array, options: PostOptions = {}): Promise<Response> => {
    const { key = randomUUID(), signedBy = signer, signature = await signDetached(signedBy, bytes) } = options;
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, 'x-jws-signature': signature };
    return call('/exchange/v1/batches', { method: 'POST', body: bytes, headers });
  };
  const verified = async (response: Response): Promise<Uint8Array> => {
    const bytes = new Uint8Array(await response.arrayBuffer());
    unwrap(await verifyDetached(response.headers.get('x-jws-signature') ?? '', bytes, [province]));
    return bytes;
  };
  const headers = { 'content-type': 'application/json' };
  return {
    signer,
    sm2Signer: sm2Signer(sm2),
    environment,
    provinceKeyId: () => province.keyId,
    fetch: (path) => call(path),
    get: async (path) => (await call(path)).json(),
    post,
    verified,
    report: async (body) =>
      caseAnswer(body.records, unwrap(readAnswer(body, await verified(await post(encodeBatch(body))))).records),
    behave: (command) => call('/sandbox/behaviour', { method: 'POST', body: JSON.stringify(command), headers }),
    restart: async (changes) => {
      await sandbox.stop();
      ({ sandbox, province } = await start(changes));
    },
    stop: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
