import { create } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { AskSchema, EnvelopeSchema, FrameSchema, type Frame } from '@tongban/contract';
import {
  blobClient,
  blobService,
  federationDefinition,
  GrpcChildCourier,
  GrpcParentCourier,
  PeerGuard,
  peerUri,
  type Courier,
  type PeerRefused,
} from '@tongban/federation/transport';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import {
  issueCertificate,
  newAuthority,
  revocationList,
  revokeCertificate,
  TlsIdentity,
  type Authority,
} from '@tongban/platform/pki';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const testTimeoutMs = 60_000;
const waitLimitMs = 30_000;
const askTimeoutMs = 20_000;
const validMs = 3_600_000;
const [district, township, otherTownship] = ['371102000000', '371102001000', '371102002000'].map(nodeCode) as [
  NodeCode,
  NodeCode,
  NodeCode,
];
const [village, otherVillage, strangeVillage] = ['371102001001', '371102001002', '371102002001'].map(nodeCode) as [
  NodeCode,
  NodeCode,
  NodeCode,
];

const folder = mkdtempSync(join(tmpdir(), 'tongban-peers-'));
const inFolder = (name: string): string => join(folder, name);
let authority: Authority;
const opened: TlsIdentity[] = [];
const couriers: Courier[] = [];
const clients: Client[] = [];

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const until = Date.now() + waitLimitMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`not reached within ${waitLimitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function writeIdentity(name: string, uris: readonly string[], of = authority): Promise<Authority> {
  const issued = await issueCertificate(of, { name, uris, now: Date.now(), validMs });
  writeFileSync(inFolder(`${name}.pem`), issued.identity, { mode: 0o600 });
  return issued.authority;
}

const writeRevocations = async (held: Authority): Promise<void> =>
  writeFileSync(inFolder('revoked.pem'), await revocationList(held, Date.now()));

interface Known {
  readonly tls: TlsIdentity;
  readonly guard: PeerGuard;
  readonly refused: PeerRefused[];
}

/** A host with a certificate for these nodes. */
async function known(name: string, ...uris: string[]): Promise<Known> {
  authority = await writeIdentity(name, uris);
  return reopened(name);
}

async function reopened(name: string, authorityFile = 'authority.pem', list = 'revoked.pem'): Promise<Known> {
  const tls = await TlsIdentity.open({
    identity: inFolder(`${name}.pem`),
    authority: inFolder(authorityFile),
    revocations: inFolder(list),
  });
  opened.push(tls);
  const refused: PeerRefused[] = [];
  const guard = new PeerGuard({ identity: tls, clock: { now: Date.now }, refused: (what) => refused.push(what) });
  return { tls, guard, refused };
}

const frameOf = (sender: NodeCode, receiver: NodeCode, text: string): Frame =>
  create(FrameSchema, {
    body: { case: 'envelope', value: create(EnvelopeSchema, { sender, receiver, body: Buffer.from(text) }) },
  });

async function start(courier: Courier): Promise<string[]> {
  const taken: string[] = [];
  couriers.push(courier);
  const take = async (frame: Frame): Promise<void> => {
    if (frame.body.case === 'envelope') taken.push(Buffer.from(frame.body.value.body).toString());
  };
  await courier.start(take, () => undefined);
  return taken;
}

const files = {
  stat: async () => ({ held: 0, complete: false }),
  receive: () => Promise.reject(new Error('nothing is received here')),
  read: () => Promise.reject(new Error('nothing is read here')),
};
const locate = (_call: unknown, callback: (error: null, value: object) => void): void => callback(null, {});

/** The host of a township, with the calls that children may make. */
async function parentHost(nodes: readonly NodeCode[] = [township], name = 'township') {
  const host = await known(name, ...nodes.map((node) => peerUri('township', node)));
  const address = `127.0.0.1:${await freePort()}`;
  const calls = { ...blobService(files), locate };
  const courier = new GrpcParentCourier(address, new Set(nodes), calls, () => undefined, host.guard);
  return { ...host, address, courier, taken: await start(courier) };
}

function ask(client: Client, asker: NodeCode): Promise<string> {
  const { path, requestSerialize, responseDeserialize } = federationDefinition['locate']!;
  const request = create(AskSchema, { asker, asked: township });
  return new Promise((resolve) =>
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      { deadline: Date.now() + askTimeoutMs },
      (error: ServiceError | null) =>
        resolve(error === null ? 'answered' : String(error.metadata.get('tongban-code')[0] ?? error.code)),
    ),
  );
}

const dial = (address: string, { guard }: Known): Client => {
  const options = { 'grpc.ssl_target_name_override': 'parent.tongban' };
  const client = new Client(address, guard.channelCredentials([township]), options);
  clients.push(client);
  return client;
};

beforeAll(async () => {
  authority = await newAuthority('a city', Date.now());
  writeFileSync(inFolder('authority.pem'), authority.certificate);
  await writeRevocations(authority);
}, testTimeoutMs);

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const courier of couriers.splice(0).reverse()) await courier.stop();
  for (const tls of opened.splice(0)) tls.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('hosts that call each other', () => {
  it(
    'carry frames both ways when both certificates name the ends of the link',
    async () => {
      const parent = await parentHost();
      const own = await known('village', peerUri('village', '371102001*'));
      const child = new GrpcChildCourier(parent.address, [village, otherVillage], () => undefined, own.guard);
      const toChild = await start(child);
      await eventually('the stream is open', () => child.reaches(township) && parent.courier.reaches(otherVillage));
      await child.send(frameOf(village, township, 'up'));
      await parent.courier.send(frameOf(township, village, 'down'), village);
      await eventually('both arrive', () => parent.taken.includes('up') && toChild.includes('down'));
      expect([...parent.refused, ...own.refused]).toEqual([]);
      expect(await ask(dial(parent.address, own), village)).toBe('answered');
    },
    testTimeoutMs,
  );

  it(
    'take no frame that somebody else is said to have sent, and no node that is not in the certificate',
    async () => {
      const parent = await parentHost([township, otherTownship]);
      const own = await known('village', peerUri('village', village));
      const child = new GrpcChildCourier(parent.address, [village, otherVillage], () => undefined, own.guard);
      const toChild = await start(child);
      await eventually('the stream is open', () => child.reaches(township) && parent.courier.reaches(village));
      await child.send(frameOf(otherVillage, township, 'in the neighbour’s name'));
      await child.send(frameOf(village, district, 'past the parent'));
      await child.send(frameOf(township, village, 'in the parent’s name'));
      await child.send(frameOf(village, township, 'its own'));
      await eventually('its own arrives', () => parent.taken.includes('its own'));
      expect(parent.taken).toEqual(['its own']);
      expect(parent.courier.reaches(otherVillage)).toBe(false);
      expect(parent.refused.map(({ method, code, peer }) => `${peer} ${method} ${code}`)).toEqual([
        'village hello link.certificate',
        'village exchange link.certificate',
        'village exchange link.author',
        'village exchange link.certificate',
      ]);
      await parent.courier.send(frameOf(otherTownship, village, 'not its parent'), village);
      await eventually('the child refuses it', () => own.refused.length > 0);
      expect(toChild).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'answer questions only to those who are named in the certificate',
    async () => {
      const parent = await parentHost();
      const own = await known('village', peerUri('village', village));
      const client = dial(parent.address, own);
      expect(await ask(client, village)).toBe('answered');
      expect(await ask(client, otherVillage)).toBe('link.certificate');
      expect(await ask(client, township)).toBe('link.certificate');
      expect(parent.refused.map(({ method, peer }) => `${peer} ${method}`)).toEqual([
        'village locate',
        'village locate',
      ]);
    },
    testTimeoutMs,
  );

  it(
    'give files to hosts of their children alone',
    async () => {
      const parent = await parentHost();
      const stranger = await known('stranger', peerUri('village', strangeVillage));
      const digest = 'ab'.repeat(32);
      const { stat, read } = blobClient(dial(parent.address, stranger));
      expect(await stat(digest)).toMatchObject({ ok: false, refusal: { code: 'link.certificate' } });
      expect(await read(digest, 0)).toMatchObject({ ok: false, refusal: { code: 'link.certificate' } });
      expect(parent.refused.map(({ method }) => method)).toEqual(['statBlob', 'readBlob']);
    },
    testTimeoutMs,
  );

  it(
    'refuse and record who has no certificate, or one of another city',
    async () => {
      const parent = await parentHost();
      const anonymous = new Client(
        parent.address,
        credentials.createSsl(Buffer.from(authority.certificate), null, null, { checkServerIdentity: () => undefined }),
        { 'grpc.ssl_target_name_override': 'parent.tongban' },
      );
      clients.push(anonymous);
      expect(await ask(anonymous, village)).toBe('link.certificate');
      const foreign = await newAuthority('another city', Date.now());
      writeFileSync(inFolder('foreign-authority.pem'), `${foreign.certificate}${authority.certificate}`);
      await writeIdentity('foreign', [peerUri('village', village)], foreign);
      const other = await reopened('foreign', 'foreign-authority.pem');
      expect(await ask(dial(parent.address, other), village)).toBe('link.certificate');
      expect(parent.refused.map(({ peer, detail }) => [peer, detail])).toEqual([
        ['', 'no certificate of this city'],
        ['', 'no certificate of this city'],
      ]);
      const plain = new Client(parent.address, credentials.createInsecure());
      clients.push(plain);
      expect(await ask(plain, village)).not.toBe('answered');
    },
    testTimeoutMs,
  );

  it(
    'do not take for the parent who is not',
    async () => {
      const impostor = await parentHost([otherTownship], 'impostor');
      const own = await known('village', peerUri('village', village));
      const child = new GrpcChildCourier(impostor.address, [village], () => undefined, own.guard);
      await start(child);
      await eventually('it is refused', () => own.refused.length > 0);
      expect(child.reaches(township)).toBe(false);
      expect(own.refused[0]).toMatchObject({ peer: 'impostor', method: 'connect', code: 'link.certificate' });
    },
    testTimeoutMs,
  );
});

describe('certificates', () => {
  it(
    'that are revoked end streams and are refused from then on',
    async () => {
      const parent = await parentHost();
      const own = await known('village', peerUri('village', village));
      const child = new GrpcChildCourier(parent.address, [village], () => undefined, own.guard);
      await start(child);
      await eventually('the stream is open', () => child.reaches(township) && parent.courier.reaches(village));
      authority = revokeCertificate(authority, serialOf(own), Date.now());
      await writeRevocations(authority);
      await parent.tls.refresh();
      await child.send(frameOf(village, township, 'too late'));
      await eventually('the stream has ended', () => !parent.courier.reaches(village));
      expect(parent.taken).toEqual([]);
      expect(await ask(dial(parent.address, own), village)).toBe('link.certificate');
      expect(parent.refused.every(({ detail }) => detail === 'the certificate of village is revoked')).toBe(true);
    },
    testTimeoutMs,
  );

  it(
    'are renewed on both sides while frames flow, and none is lost',
    async () => {
      const parent = await parentHost();
      const own = await known('village', peerUri('village', village));
      const child = new GrpcChildCourier(parent.address, [village], () => undefined, own.guard);
      await start(child);
      await eventually('the stream is open', () => child.reaches(township) && parent.courier.reaches(village));
      await child.send(frameOf(village, township, '1'));
      const before = [serialOf(own), serialOf(parent)];
      authority = await writeIdentity('village', [peerUri('village', village)]);
      authority = await writeIdentity('township', [peerUri('township', township)]);
      await Promise.all([own.tls.refresh(), parent.tls.refresh()]);
      await child.send(frameOf(village, township, '2'));
      // A new connection shows the new ones; the old serials may be revoked then.
      for (const serial of before) authority = revokeCertificate(authority, serial, Date.now());
      await child.stop();
      couriers.splice(couriers.indexOf(child), 1);
      await writeRevocations(authority);
      await Promise.all([own.tls.refresh(), parent.tls.refresh()]);
      const again = new GrpcChildCourier(parent.address, [village], () => undefined, own.guard);
      await start(again);
      await eventually('the stream is open again', () => again.reaches(township));
      await again.send(frameOf(village, township, '3'));
      await eventually('all arrive', () => parent.taken.length === 3);
      expect(parent.taken).toEqual(['1', '2', '3']);
      expect([...parent.refused, ...own.refused]).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'that are damaged while they are replaced change nothing',
    async () => {
      const own = await known('village', peerUri('village', village));
      const before = own.tls.material;
      writeFileSync(inFolder('village.pem'), '-----BEGIN CERTIFICATE-----');
      await own.tls.refresh();
      expect(own.tls.material).toBe(before);
      await expect(reopened('village')).rejects.toThrow('no certificate');
      const foreign = await newAuthority('a city', Date.now());
      await known('village', peerUri('village', village));
      writeFileSync(inFolder('forged.pem'), await revocationList(foreign, Date.now()));
      await expect(reopened('village', 'authority.pem', 'forged.pem')).rejects.toThrow('not signed');
    },
    testTimeoutMs,
  );
});

const serialOf = ({ tls }: Known): string => new X509Certificate(tls.material.certificate).serialNumber;
