import { fromBinary } from '@bufbuild/protobuf';
import { EnvelopeBodySchema, FrameSchema, type Frame } from '@tongban/contract';
import { workingCalendar } from '@tongban/domain/calendar';
import { caseBinding, caseworkMigrations, mandateBinding } from '@tongban/feature/casework';
import {
  bindingsOf,
  federationMigrations,
  Host,
  type RecordClassBinding,
  type Transactor,
} from '@tongban/federation/nest';
import { fromWire, type Courier, type FrameHandler, type Message } from '@tongban/federation/transport';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, Sealer, type NodeKey } from '@tongban/journal';
import { nodeCode, refuse } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { quarantineEntity } from '@tongban/feature/links';
import { freshDatabase } from '@tongban/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';

const folder = join(import.meta.dirname, 'recorded');
/** Holds every record of the city and owns none: it applies what it is sent and writes nothing. */
export const gateway = nodeCode('370000000000');

export const versions = (): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []));

export interface Recording {
  readonly frames: readonly Frame[];
  readonly keys: readonly NodeKey[];
  /** What that version made of it: per record its last number, hash and status. */
  readonly outcome: readonly string[];
}

export function recordingOf(version: string): Recording {
  const read = (name: string): string => readFileSync(join(folder, version, name), 'utf8');
  const files = readdirSync(join(folder, version)).filter((name) => name.endsWith('.bin'));
  return {
    frames: files.sort().map((name) => fromBinary(FrameSchema, readFileSync(join(folder, version, name)))),
    keys: JSON.parse(read('keys.json')) as NodeKey[],
    outcome: read('outcome.txt').trimEnd().split('\n'),
  };
}

/** The messages of a frame, none when it is no envelope. */
export function messagesOf({ body }: Frame): Message[] {
  if (body.case !== 'envelope') return [];
  return fromBinary(EnvelopeBodySchema, body.value.body).messages.map((wire) => {
    const message = fromWire(wire);
    if (!message.ok) throw new Error(message.refusal.detail);
    return message.value;
  });
}

const poolSize = 4;
const quiet = (): void => undefined;
const nowhere = (): Promise<never> => Promise.reject(new Error('nothing is asked of this port by what others send'));

/** The gateway, as it is today, over an empty database. */
export class Listener {
  private handler: FrameHandler | undefined;
  private host: Host | undefined;

  private constructor(
    readonly dataSource: DataSource,
    private readonly directory: KeyDirectory,
    /** Its own key signs receipts that nobody reads here. */
    private readonly keystore = new Keystore([makeSecret(gateway, 1)]),
  ) {}

  static async make(keys: readonly NodeKey[]): Promise<Listener> {
    const dataSource = await createDataSource({
      url: await freshDatabase(),
      entities: [quarantineEntity],
      migrations: [...journalMigrations, ...federationMigrations, ...caseworkMigrations].sort(
        (left, right) => left.timestamp - right.timestamp,
      ),
      poolSize,
      applicationName: 'test',
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
    return new Listener(dataSource, new KeyDirectory(keys));
  }

  get transactor(): Transactor {
    return { run: (body) => inTransaction(this.dataSource, body) };
  }

  /** `unknown`: types that this version of the host has not learned yet. */
  async start(unknown: readonly string[] = []): Promise<void> {
    const { directory, keystore, transactor } = this;
    const older = <State, Command>(
      binding: RecordClassBinding<State, Command>,
    ): RecordClassBinding<State, Command> => ({
      ...binding,
      knows: (type, version) => !unknown.includes(type) && binding.knows(type, version),
    });
    const cases = caseBinding({
      calendar: workingCalendar(),
      items: {
        route: () => refuse('item.unknown', 'no catalogue here'),
        endings: () => [],
        quotas: () => [],
        findPin: () => undefined,
        findMaterials: () => Promise.resolve(undefined),
      },
      attachments: {
        ...{ put: nowhere, open: nowhere, held: nowhere, receive: nowhere, adopt: nowhere },
        find: () => Promise.resolve([]),
        sendUp: () => Promise.resolve(),
      },
      secrets: { hmac: (node, purpose, text) => `${node} ${purpose} ${text}` },
    });
    this.host = await Host.open({
      nodes: [gateway],
      bindings: bindingsOf([older(cases), older(mandateBinding())]),
      ...{ keystore, directory, transactor, sealer: new Sealer(directory, keystore), hub: this.courier() },
      clock: { now: () => Date.now() },
      log: quiet,
      traced: (_traceparent, _name, _attributes, work) => work(),
    });
    await this.host.start();
  }

  async hear(frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) {
      if (frame.body.case === 'envelope' && frame.body.value.receiver === gateway) await this.handler!(frame);
    }
  }

  async stop(): Promise<void> {
    await this.host?.stop();
    this.host = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.dataSource.destroy();
  }

  async outcome(): Promise<string[]> {
    const rows: { line: string }[] = await this.dataSource.query(
      `select concat_ws(' ', r.record, r.seq, encode(r.hash, 'hex'), r.owner, coalesce(c.status, '-')) as line
         from record r left join case_view c on c.node = r.node and c.record = r.record order by r.record`,
    );
    return rows.map(({ line }) => line);
  }

  async quarantined(): Promise<string[]> {
    const rows: { code: string }[] = await this.dataSource.query('select code from quarantine order by id');
    return rows.map(({ code }) => code);
  }

  private courier(): Courier {
    return {
      name: 'recorded',
      reaches: () => true,
      send: () => Promise.resolve(),
      start: (handler) => {
        this.handler = handler;
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    };
  }
}
