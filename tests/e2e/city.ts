import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { natsServerBinary, postgresBinDirectory } from '@tongban/testkit';
import { z } from 'zod';
import { watchOver, type Watch } from './watch.js';
import { collect, runToEnd, type Finished } from './processes.js';
import { until } from './wait.js';

export const root = join(import.meta.dirname, '..', '..');
export const program = join(root, 'dist', 'apps', 'tongbanctl', 'main.js');
const divisionsTimeoutMs = 60_000;
const provisionTimeoutMs = 60_000;
/** A command may wait for a host that starts again. */
const commandTimeoutMs = 240_000;
const reportTimeoutMs = 300_000;
const runTimeoutMs = 400_000;
const stopTimeoutMs = 60_000;
const logTailCharacters = 4_000;

/** What tongbanctl tells when a step of the main job could not be done at all. */
const interruptedJob = '示范办理中断';

export const cityCode = '371100000000';
/** Hosts with nodes and a database of their own, from the village upwards. */
export const hosts = ['village', 'township', 'district', 'city', 'provincial-gateway'] as const;
export type HostName = (typeof hosts)[number];

const stamp = z.object({ pid: z.int(), startTicks: z.string() });
const runSchema = z.object({
  processes: z.array(z.object({ name: z.string(), stamp })),
  addresses: z.record(z.string(), z.string()),
  postgresData: z.string().optional(),
});
/** What the launcher writes down of itself: its processes and where they listen. */
export type Run = z.infer<typeof runSchema>;

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly elapsedMs: number;
}

/** A state folder of this run and the environment in which tongbanctl works on it. */
export class CityFolder {
  readonly stateDirectory: string;
  readonly directory: string;
  readonly divisionsFile: string;

  private constructor(stateDirectory: string) {
    this.stateDirectory = stateDirectory;
    this.directory = join(stateDirectory, cityCode);
    this.divisionsFile = join(stateDirectory, 'divisions.json');
  }

  /** @throws when the apps have not been built */
  static async make(): Promise<CityFolder> {
    if (!existsSync(program)) {
      throw new Error(`${program} is missing: the e2e tests run the built apps, so build first (npm test does)`);
    }
    const folder = new CityFolder(mkdtempSync(join(realpathSync(tmpdir()), 'tongban-e2e-')));
    // PostgreSQL may run as a user of its own, who must be able to pass through.
    chmodSync(folder.stateDirectory, 0o711);
    const generator = join(root, 'tools', 'gen', 'divisions.mjs');
    const args = [generator, '--city', cityCode, '--out', folder.divisionsFile];
    const made = await runToEnd(process.execPath, args, { cwd: root, timeoutMs: divisionsTimeoutMs });
    if (made.status !== 0) throw new Error(`the divisions of ${cityCode} could not be cut:\n${made.stderr}`);
    return folder;
  }

  environment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
    const own = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(TONGBAN|OTEL)_/.test(entry[0]),
    );
    return {
      ...Object.fromEntries(own),
      TONGBAN_STATE_DIR: this.stateDirectory,
      TONGBAN_DIVISIONS: this.divisionsFile,
      TONGBAN_NATS_SERVER: natsServerBinary(),
      TONGBAN_POSTGRES_BIN: postgresBinDirectory(),
      ...added,
    };
  }

  /** Keys, passwords and persons without any process: so that a test can add persons before the first start. */
  async provision(): Promise<void> {
    const options = { cwd: root, env: this.environment(), timeoutMs: provisionTimeoutMs };
    const { status, stderr } = await runToEnd(process.execPath, [program, 'provision'], options);
    if (status !== 0) throw new Error(`tongbanctl provision ended with ${status}:\n${stderr}`);
  }

  file(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  run(): Run {
    return runSchema.parse(JSON.parse(readFileSync(this.file('run.json'), 'utf8')));
  }

  /** Removes everything; nothing may run on it any more. */
  remove(): void {
    const data = existsSync(this.file('run.json')) ? this.run().postgresData : undefined;
    const isOutside = data !== undefined && !data.startsWith(this.stateDirectory);
    if (isOutside && /^tongban-[0-9a-f]{12}$/.test(basename(dirname(data)))) {
      rmSync(dirname(data), { recursive: true, force: true });
    }
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

/** One command of the operator's command line, to its end. */
export const commandLine = (
  folder: CityFolder,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> =>
  runToEnd(process.execPath, [program, ...args], {
    cwd: root,
    env: folder.environment(env),
    timeoutMs: commandTimeoutMs,
  });

/** One `tongbanctl up --json` process and the city it runs. */
export class City {
  private stdout = '';
  private stderr = '';
  private ended: { readonly status: number } | undefined;
  private readonly startedAt = performance.now();

  private constructor(
    readonly folder: CityFolder,
    readonly child: ChildProcess,
    private readonly watch: Watch,
  ) {
    const log = createWriteStream(join(folder.stateDirectory, 'tongbanctl.log'), { flags: 'a' });
    collect(child.stdout, (text) => (this.stdout += text));
    collect(child.stderr, (text) => {
      this.stderr += text;
      log.write(text);
    });
    child.once('close', (code, signal) => {
      this.ended = { status: code ?? (signal === null ? 1 : 128) };
      log.end();
    });
  }

  static up(folder: CityFolder, flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): City {
    const child = spawn(process.execPath, [program, 'up', '--json', ...flags], {
      cwd: root,
      env: folder.environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new City(folder, child, watchOver(child.pid, folder.stateDirectory));
  }

  /** What tongbanctl has told on stderr so far. */
  get told(): string {
    return this.stderr;
  }

  /** The one line of stdout, as soon as it is complete. */
  async reportLine(): Promise<string> {
    return this.waitFor('the JSON line of the main job', reportTimeoutMs, () => {
      const end = this.stdout.indexOf('\n');
      return end < 0 ? undefined : this.stdout.slice(0, end);
    });
  }

  /** Waits until the main job is over and the city only serves. */
  async staying(): Promise<void> {
    await this.waitFor('the city to stay up after its main job', reportTimeoutMs, () =>
      this.stderr.includes('城市保持运行') ? true : undefined,
    );
  }

  address(name: string): string {
    const found = this.folder.run().addresses[name];
    if (found === undefined) throw new Error(`the run file has no address of ${name}`);
    return found;
  }

  /** The end of the process by itself (`--once`). */
  async end(): Promise<Ended> {
    const ended = await until('tongbanctl to end', runTimeoutMs, () => this.ended);
    this.watch.release();
    return { ...ended, stdout: this.stdout, elapsedMs: performance.now() - this.startedAt };
  }

  /** Ctrl-C, once. */
  async interrupt(): Promise<Ended> {
    const began = performance.now();
    if (this.ended === undefined) this.child.kill('SIGINT');
    const ended = await until('tongbanctl to stop after SIGINT', stopTimeoutMs, () => this.ended);
    this.watch.release();
    return { ...ended, stdout: this.stdout, elapsedMs: performance.now() - began };
  }

  /** Stops the city if it runs, and forgets it. */
  async dispose(): Promise<void> {
    await this.interrupt();
    this.folder.remove();
  }

  private waitFor<T>(what: string, timeoutMs: number, look: () => T | undefined): Promise<T> {
    return until(
      what,
      timeoutMs,
      () => {
        const found = look();
        if (this.stderr.includes(interruptedJob)) throw new Error(`the main job broke off. ${this.tail()}`);
        if (found === undefined && this.ended !== undefined) {
          throw new Error(`tongbanctl ended with ${this.ended.status}: ${this.tail()}`);
        }
        return found;
      },
      () => this.tail(),
    );
  }

  private tail(): string {
    return `tongbanctl told:\n${this.stderr.slice(-logTailCharacters)}`;
  }
}
