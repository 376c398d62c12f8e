import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hosts, type HostName } from '../e2e/city.js';
import { until } from '../e2e/wait.js';
import type { Site } from './site/site.js';

const lossTimeoutMs = 120_000;

/** What a host's database knows of commands: those that only it knows are lost with it. */
const keysSql = `
select id::text as key from entry union select key::text from command union select id::text from request
union select id::text from deferred_request`;

/** Base backups of the hosts' databases, and what is lost by going back to them. */
export class Backups {
  readonly mayBeLost = new Set<string>();
  private readonly taken = new Map<HostName, number>();

  constructor(
    private readonly site: Site,
    private readonly told: (what: string) => void,
  ) {}

  has(host: HostName): boolean {
    return this.taken.has(host);
  }

  ageSeconds(host: HostName): number {
    return Math.round((performance.now() - (this.taken.get(host) ?? 0)) / 1_000);
  }

  async take(host: HostName): Promise<void> {
    const fresh = `${this.folderOf(host)}.new`;
    // It may still be getting up after an earlier fault.
    await this.ask(host, 'select id as key from incarnation', []);
    await this.site.database(host).backUp(fresh);
    rmSync(this.folderOf(host), { recursive: true, force: true });
    renameSync(fresh, this.folderOf(host));
    this.taken.set(host, performance.now());
  }

  /** The operator's procedure: host down, files back, server up, `tongbanctl restored`. The host stays down. */
  async putBack(host: HostName): Promise<void> {
    const { site } = this;
    const database = site.database(host);
    await site.program(host).hold();
    const before = await this.keysOf(host);
    await database.hold();
    database.putBack(this.folderOf(host));
    await database.release();
    const after = await this.keysOf(host);
    const gone = [...before].filter((key) => !after.has(key));
    await this.noteLoss(host, gone);
    await site.declareRestored(host);
  }

  /** What is gone here and is an entry nowhere else may be lost; everything else must come back. */
  private async noteLoss(host: HostName, gone: readonly string[]): Promise<void> {
    const elsewhere = new Set<string>();
    for (const other of hosts.filter((name) => name !== host)) {
      const sql = 'select id::text as key from entry where id = any($1::uuid[])';
      for (const { key } of await this.ask(other, sql, [gone])) elsewhere.add(key);
    }
    for (const key of gone) if (!elsewhere.has(key)) this.mayBeLost.add(key);
    this.told(`${host} has forgotten ${gone.length} commands, ${elsewhere.size} of them are entries elsewhere`);
  }

  private async keysOf(host: HostName): Promise<Set<string>> {
    return new Set((await this.ask(host, keysSql, [])).map(({ key }) => key));
  }

  /** Other hosts' databases may be hurt just now: asked until they answer. */
  private ask(host: HostName, sql: string, params: readonly unknown[]): Promise<{ key: string }[]> {
    const database = `tongban_${host.replaceAll('-', '_')}`;
    return until(`the database of ${host} to answer`, lossTimeoutMs, () =>
      this.site
        .database(host)
        .query<{ key: string }>(database, sql, params)
        .catch(() => undefined),
    );
  }

  private folderOf(host: HostName): string {
    return join(this.site.folder.stateDirectory, `backup-${host}`);
  }
}
