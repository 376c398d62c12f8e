import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  type AskSchema,
  EnvelopeBodySchema,
  EnvelopeSchema,
  FrameSchema,
  HelloSchema,
  LocateQuerySchema,
  type Envelope,
  type Frame,
} from '@tongban/contract';
import { federationDefinition, signAsk } from '@tongban/federation/transport';
import { parseKeystore, sm3, type Keystore } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { hubAccess, readIdentity } from '@tongban/platform/pki';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { commandLine, type City, type CityFolder } from './city.js';

const callTimeoutMs = 20_000;
const connectTimeoutMs = 10_000;

const issued = z.object({
  credentials: z.string(),
  certificate: z.string(),
  inboxConsumer: z.string(),
  catalogueConsumer: z.string(),
});

/** `tongbanctl pki …` on the city's state. @throws when it fails */
export async function pki(folder: CityFolder, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await commandLine(folder, ['pki', ...args], {});
  if (status !== 0) throw new Error(`pki ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Where a host listens for its children, as its process was told. */
export function grpcAddress(city: City, host: string): string {
  const found = city.folder.run().processes.find(({ name }) => name === host);
  const environment = readFileSync(`/proc/${found?.stamp.pid}/environ`, 'utf8').split('\0');
  const listen = environment.find((line) => line.startsWith('TONGBAN_GRPC_LISTEN='));
  if (listen === undefined) throw new Error(`${host} listens for nobody`);
  return listen.slice(listen.indexOf('=') + 1);
}

/** Somebody with the key store, hub credentials and certificate of the host of one village. */
export class Thief {
  private readonly clients: Client[] = [];
  private hub: NatsConnection | undefined;

  private constructor(
    readonly village: NodeCode,
    readonly keystore: Keystore,
    readonly user: string,
    readonly inboxConsumer: string,
    private readonly files: z.infer<typeof issued>,
    private readonly authorityFile: string,
  ) {}

  static async at(folder: CityFolder, village: NodeCode): Promise<Thief> {
    const told = await pki(folder, 'issue', '--host', 'stolen', '--tier', 'village', '--nodes', village, '--json');
    const files = issued.parse(JSON.parse(told));
    const keystore = parseKeystore(readFileSync(folder.file('secrets', 'keystore-village.json'), 'utf8'));
    const user = z.array(z.object({ name: z.string(), users: z.array(z.object({ id: z.string() })) }));
    const register = user.parse(JSON.parse(await pki(folder, 'show', '--json')));
    const key = register.find(({ name }) => name === 'stolen')?.users.at(-1)?.id ?? '';
    return new Thief(village, keystore, key, files.inboxConsumer, files, folder.file('authority.pem'));
  }

  async enterHub(url: string): Promise<NatsConnection> {
    const access = hubAccess(this.files.credentials, { authority: this.authorityFile });
    this.hub ??= await connect({ ...access, servers: url, timeout: connectTimeoutMs });
    return this.hub;
  }

  dial(address: string): Client {
    const { privateKey, certificate } = readIdentity(readFileSync(this.files.certificate, 'utf8'));
    const anybody = { checkServerIdentity: () => undefined };
    const secure = credentials.createSsl(readFileSync(this.authorityFile), privateKey, certificate, anybody);
    const client = new Client(address, secure, { 'grpc.ssl_target_name_override': 'parent.tongban' });
    this.clients.push(client);
    return client;
  }

  /** An envelope in somebody's name, signed with the only key there is. */
  forged(sender: NodeCode, receiver: NodeCode): Envelope {
    const incarnation = '00000000-0000-4000-8000-000000000000';
    const content = { sender, receiver, incarnation, baseSeq: 0n, firstSeq: 1n, messages: [] };
    const body = toBinary(EnvelopeBodySchema, create(EnvelopeBodySchema, content));
    return create(EnvelopeSchema, { sender, receiver, body, signature: this.keystore.sign(this.village, sm3(body)) });
  }

  /** One question in somebody's name; `answered`, or the code of the refusal. */
  async ask(
    client: Client,
    method: 'locate' | 'compareDigests' | 'conclude',
    asker: NodeCode,
    asked: NodeCode,
    record: string,
  ): Promise<string> {
    const body = toBinary(LocateQuerySchema, create(LocateQuerySchema, { record, hops: 4 }));
    const own = signAsk(this.keystore, method, { asker: this.village, asked }, body, Date.now());
    return unary(client, method, { ...own, asker });
  }

  stat(client: Client, digest: string): Promise<string> {
    return unary(client, 'statBlob', { digest });
  }

  /** A question that is answered by many messages: how many came, or the code of the refusal. */
  async stream(client: Client, method: 'snapshot' | 'resend' | 'readBlob', request: object): Promise<string> {
    const { path, requestSerialize, responseDeserialize } = federationDefinition[method]!;
    const deadline = Date.now() + callTimeoutMs;
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, { deadline });
    let count = 0;
    try {
      for await (const _message of call as AsyncIterable<unknown>) count++;
      return `${count} messages`;
    } catch (error) {
      return codeOf(error as ServiceError);
    }
  }

  forgedAsk(method: 'snapshot' | 'resend', asker: NodeCode, asked: NodeCode): MessageInitShape<typeof AskSchema> {
    const own = signAsk(this.keystore, method, { asker: this.village, asked }, new Uint8Array(), Date.now());
    return { ...own, asker };
  }

  /** A stream of frames to a parent, which stays open. */
  exchange(client: Client, frames: readonly Frame[]): { readonly end: () => void } {
    const { path, requestSerialize, responseDeserialize } = federationDefinition['exchange']!;
    const stream = client.makeBidiStreamRequest<Frame, Frame>(path, requestSerialize, responseDeserialize);
    stream.on('error', () => undefined);
    stream.on('data', () => undefined);
    for (const frame of frames) stream.write(frame);
    return { end: () => stream.cancel() };
  }

  async leave(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.hub?.close();
  }
}

export const envelopeFrame = (value: Envelope): Frame => create(FrameSchema, { body: { case: 'envelope', value } });

export const helloFrame = (nodes: readonly NodeCode[]): Frame =>
  create(FrameSchema, { body: { case: 'hello', value: create(HelloSchema, { nodes: [...nodes] }) } });

const codeOf = ({ metadata, code }: ServiceError): string => String(metadata?.get('tongban-code')[0] ?? code);

function unary(client: Client, method: string, request: object): Promise<string> {
  const { path, requestSerialize, responseDeserialize } = federationDefinition[method]!;
  const deadline = Date.now() + callTimeoutMs;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline }, (error) =>
      resolve(error === null ? 'answered' : codeOf(error)),
    );
  });
}
