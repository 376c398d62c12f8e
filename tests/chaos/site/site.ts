import { join } from 'node:path';
import { cityCode, type CityFolder, type HostName } from '../../e2e/city.js';
import { Office, type Station } from '../../e2e/office.js';
import { runToEnd } from '../../e2e/processes.js';
import { until } from '../../e2e/wait.js';
import { buildParts, type Parts, type SiteOptions } from './build.js';
import { publishCatalogue } from './catalogue.js';
import type { DatabaseServer } from './database-server.js';
import type { Kept } from './kept.js';
import { programNames, type ProgramName } from './plan.js';
import type { Proxy } from './proxy.js';
import { SmallDisk } from './small-disk.js';

const readyTimeoutMs = 240_000;
const readyAskTimeoutMs = 2_000;
const commandTimeoutMs = 120_000;

/** A small real city under our own hands: every process, server and line of it can be hurt. */
export class Site {
  readonly office: Office;

  private constructor(private readonly parts: Parts) {
    this.office = new Office({ folder: parts.folder, address: (name) => this.address(name) });
  }

  static async open(options: SiteOptions): Promise<Site> {
    const site = new Site(await buildParts(options));
    try {
      await site.begin();
    } catch (error) {
      await site.stop();
      site.remove();
      throw error;
    }
    return site;
  }

  get stations(): readonly Station[] {
    return this.parts.stations;
  }

  get disk(): SmallDisk | string {
    return this.parts.disk;
  }

  get folder(): CityFolder {
    return this.parts.folder;
  }

  get hubPid(): number {
    return this.parts.hub.pid;
  }

  address(name: string): string {
    const program = { 身份认证: 'identity-dev', 省平台沙箱: 'province-sandbox' }[name] ?? name;
    return `http://127.0.0.1:${this.parts.addresses.http[program as ProgramName]}`;
  }

  program(name: ProgramName): Kept {
    return this.parts.programs.get(name)!;
  }

  database(host: HostName): DatabaseServer {
    return this.parts.databases.get(host)!;
  }

  /** The database itself, past every line. */
  urlOf(host: HostName | 'province'): string {
    return this.parts.urls.get(host)!.superuser;
  }

  /** The lines of a host that exist, by name. */
  linesOf(host: HostName): { readonly name: string; readonly line: Proxy }[] {
    return [...this.parts.lines]
      .filter(([name]) => name.startsWith(`${host} `))
      .map(([name, line]) => ({ name, line }));
  }

  healLines(): void {
    for (const line of this.parts.lines.values()) line.heal();
  }

  /** The host's clock is wrong by so much from its next start on. */
  shiftClock(host: HostName, offsetMs: number): void {
    this.parts.clocks.set(host, offsetMs);
  }

  /** kill -9 of the hub; it stays away until it is released. */
  holdHub(): Promise<void> {
    return this.parts.hub.hold();
  }

  /** @param wiped its store is gone, and the administrator makes streams and consumers again */
  async releaseHub(wiped: boolean): Promise<void> {
    await this.parts.hub.release(wiped);
    if (wiped) await this.provideStreams();
  }

  /** What the operator does between putting a database back and starting its host. */
  async declareRestored(host: HostName): Promise<void> {
    await this.tongbanctl(['restored'], { TONGBAN_DATABASE_OWNER_URL: this.parts.urls.get(host)!.owner });
  }

  async waitUntilReady(timeoutMs: number = readyTimeoutMs): Promise<void> {
    for (const { name, program } of this.parts.programs.values()) {
      await until(`${name} to be ready`, timeoutMs, () => isReady(program.url));
    }
  }

  async stop(): Promise<void> {
    for (const program of [...this.parts.programs.values()].reverse()) await program.stop();
    await this.parts.hub.stop();
    for (const database of this.parts.databases.values()) await database.stop();
    await Promise.all([...this.parts.lines.values()].map((line) => line.stop()));
  }

  /** Forgets everything on disk. The site must be stopped. */
  remove(): void {
    if (this.disk instanceof SmallDisk) this.disk.unmount();
    this.folder.remove();
    this.parts.reaper.release();
  }

  private async begin(): Promise<void> {
    await this.provideStreams();
    for (const name of programNames) {
      const program = this.program(name);
      program.release();
      await until(`${name} to be ready`, readyTimeoutMs, () => isReady(program.program.url));
    }
    await publishCatalogue(this.office, this.parts.options.root, this.stations);
  }

  private provideStreams(): Promise<void> {
    return this.tongbanctl(['streams', '--city', cityCode], {
      TONGBAN_NATS_URL: this.parts.hub.url,
      TONGBAN_NATS_CREDENTIALS: this.folder.file('secrets', 'hub-administrator.creds'),
      TONGBAN_TLS_AUTHORITY: this.folder.file('authority.pem'),
    });
  }

  private async tongbanctl(command: readonly string[], env: Record<string, string>): Promise<void> {
    const program = join(this.parts.options.root, 'dist', 'apps', 'tongbanctl', 'main.js');
    const options = { cwd: this.parts.options.root, timeoutMs: commandTimeoutMs, env: this.folder.environment(env) };
    const { status, stderr } = await runToEnd(process.execPath, [program, ...command], options);
    if (status !== 0) throw new Error(`tongbanctl ${command.join(' ')} ended with ${status}:\n${stderr}`);
  }
}

async function isReady(url: string): Promise<true | undefined> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(readyAskTimeoutMs) });
    await answer.body?.cancel();
    return answer.status === 200 ? true : undefined;
  } catch {
    return undefined;
  }
}
