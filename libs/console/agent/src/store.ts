import type { shapes } from '@tongban/console/api';
import { Dexie, liveQuery, type Table } from 'dexie';
import { filesOf, type Application } from './outbox.js';
import { openValue, sealValue, type Sealed, type Vault } from './vault.js';

/** Somebody who has worked with this phone. */
export interface PersonRow {
  readonly subject: string;
  /** With all but the family name hidden: colleagues choose themselves by it. */
  readonly masked: string;
  readonly vault: Vault;
  readonly wrongTries: number;
  readonly lastTryAt: number;
  readonly lastUsedAt: number;
}

/** An item as the village offers it: public, and the same for everybody here. */
interface ItemRow {
  readonly node: string;
  readonly code: string;
  readonly version: number;
  readonly item: shapes.Item;
}

interface SessionRow {
  readonly id: string;
  readonly subject: string;
  /** Cannot be read out, and serves only the tab that knows the id. */
  readonly key: CryptoKey;
}

/** What is told to be kept is on the disk, also when the battery is taken out. */
const durable = { chromeTransactionDurability: 'strict' } as const;

/** What all persons of the phone share: nothing about cases or applicants. */
class DeviceBase extends Dexie {
  readonly persons!: Table<PersonRow, string>;
  readonly items!: Table<ItemRow, [string, string]>;
  readonly sessions!: Table<SessionRow, string>;
  readonly kept!: Table<{ readonly name: string; readonly value: unknown }, string>;

  constructor() {
    super('tongban-agent', durable);
    this.version(1).stores({ persons: 'subject', items: '[node+code], node', sessions: 'id', kept: 'name' });
  }
}

interface ApplicationRow {
  readonly id: string;
  /** Counts the changes, so that two tabs do not undo each other's. */
  readonly revision: number;
  readonly sealed: Sealed;
}

/** One person's own: sealed rows, and files that were sealed before they came here. */
class PersonBase extends Dexie {
  readonly applications!: Table<ApplicationRow, string>;
  readonly files!: Table<{ readonly id: string; readonly application: string; readonly bytes: ArrayBuffer }, string>;
  readonly kept!: Table<{ readonly name: string; readonly sealed: Sealed }, string>;

  constructor(subject: string) {
    super(`tongban-agent-${subject}`, durable);
    this.version(1).stores({ applications: 'id', files: 'id, application', kept: 'name' });
  }
}

export const device = new DeviceBase();

export async function keepOnDevice(name: string, value: unknown): Promise<void> {
  await device.kept.put({ name, value });
}
export const keptOnDevice = async (name: string): Promise<unknown> => (await device.kept.get(name))?.value;

export const dropPerson = async (subject: string): Promise<void> => {
  await Dexie.delete(`tongban-agent-${subject}`);
  await device.persons.delete(subject);
};

export interface NewFile {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const maxRetries = 5;
const placeOf = (id: string): string => `application ${id}`;

/** A person's applications and files on this phone, as long as the person's key is at hand. */
export class Shelf {
  private readonly base: PersonBase;
  /** Changes go one after the other, in the order in which they were asked for. */
  private tail: Promise<void> = Promise.resolve();

  constructor(
    readonly subject: string,
    private readonly key: CryptoKey,
  ) {
    this.base = new PersonBase(subject);
  }

  private async open({ id, sealed }: ApplicationRow): Promise<Application> {
    return (await openValue(this.key, placeOf(id), sealed)) as Application;
  }

  async list(): Promise<Application[]> {
    const rows = await this.base.applications.toArray();
    const all = await Promise.all(rows.map((row) => this.open(row)));
    return all.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** When everything that was asked for before is on disk. */
  private settled(): Promise<void> {
    return this.tail.catch(() => undefined);
  }

  async find(id: string): Promise<Application | undefined> {
    await this.settled();
    const row = await this.base.applications.get(id);
    return row === undefined ? undefined : this.open(row);
  }

  /** Calls back after each change, in this tab or another, and at once. */
  watch(changed: () => void): () => void {
    const subscription = liveQuery(() =>
      this.base.applications
        .toCollection()
        .primaryKeys()
        .then(() => this.revisions()),
    );
    return (({ unsubscribe }) => unsubscribe)(subscription.subscribe({ next: changed, error: changed }));
  }

  private async revisions(): Promise<number> {
    return (await this.base.applications.toArray()).reduce((sum, { revision }) => sum + revision, 0);
  }

  async add(application: Application): Promise<void> {
    const sealed = await sealValue(this.key, placeOf(application.id), application);
    await this.base.applications.add({ id: application.id, revision: 1, sealed });
  }

  /**
   * Changes an application, with the files that the change brings; files that it names no more go in the same
   * transaction. `gone` removes everything of it. A change of somebody else in between is not lost: `change` is asked
   * again. @throws when the storage is full; then nothing was changed
   */
  change(id: string, change: (application: Application) => Application, files: readonly NewFile[] = []): Promise<void> {
    this.tail = this.settled().then(() => this.apply(id, change, files));
    return this.tail;
  }

  private async apply(
    id: string,
    change: (application: Application) => Application,
    files: readonly NewFile[],
  ): Promise<void> {
    for (let attempt = 0; attempt < maxRetries; attempt++) {
      const row = await this.base.applications.get(id);
      if (row === undefined) return;
      const changed = { ...change(await this.open(row)), changedAt: Date.now() };
      const sealed = await sealValue(this.key, placeOf(id), changed);
      if (await this.write({ id, revision: row.revision + 1, sealed }, changed, files)) return;
    }
    throw new Error('the application is being changed elsewhere');
  }

  private write(row: ApplicationRow, changed: Application, files: readonly NewFile[]): Promise<boolean> {
    const { applications, files: stored } = this.base;
    return this.base.transaction('rw', applications, stored, async () => {
      if ((await applications.get(row.id))?.revision !== row.revision - 1) return false;
      if (changed.state === 'gone') {
        await applications.delete(row.id);
        await stored.where('application').equals(row.id).delete();
        return true;
      }
      const named = new Set(filesOf(changed).map((file) => file.id));
      await stored.bulkPut(files.map(({ id, bytes }) => ({ id, application: row.id, bytes: bytes.buffer })));
      await stored
        .where('application')
        .equals(row.id)
        .filter((file) => !named.has(file.id))
        .delete();
      await applications.put(row);
      return true;
    });
  }

  /** The sealed bytes of a file; undefined when it is no longer here. */
  async bytesOf(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const row = await this.base.files.get(id);
    return row === undefined ? undefined : new Uint8Array(row.bytes);
  }

  async keep(name: string, value: unknown): Promise<void> {
    await this.base.kept.put({ name, sealed: await sealValue(this.key, `kept ${name}`, value) });
  }

  async kept(name: string): Promise<unknown> {
    const row = await this.base.kept.get(name);
    return row === undefined ? undefined : openValue(this.key, `kept ${name}`, row.sealed);
  }

  async forget(name: string): Promise<void> {
    await this.base.kept.delete(name);
  }

  close(): void {
    this.base.close();
  }
}

const deepestCause = 4;

/** Whether a write failed because the phone has no room for it, wherever the library put the browser's own error. */
export function isFull(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > deepestCause) return false;
  const { name, inner, failures = [] } = error as StoreError;
  return name === 'QuotaExceededError' || [inner, ...failures].some((cause) => isFull(cause, depth + 1));
}

interface StoreError {
  readonly name?: string;
  readonly inner?: unknown;
  readonly failures?: readonly unknown[];
}
