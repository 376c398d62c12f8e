/** The stand-in of the province as a process of its own, which can be killed, and misbehaves by the dice. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProfileName } from '@tongban/domain/exchange';
import type { JWK } from 'jose';
import type { ProvinceRow, TestSandbox } from '../sandbox.js';

const readyTimeoutMs = 30_000;
const pollMs = 100;
const misbehaviours = ['down', 'html', 'half', 'twice', 'lost'] as const;
const auditModes = ['normal', 'paused', 'twice'] as const;
const headers = { 'content-type': 'application/json' };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface ProvinceOptions {
  readonly profile: ProfileName;
  readonly program: string;
  readonly databaseUrl: string;
  readonly frontUrl: string;
  readonly roll: () => number;
}

/** An answer that the gateway gave to a message of the province. */
export interface Heard {
  readonly id: string;
  readonly outcome: string;
  readonly code?: string | null;
}

export class TrialProvince implements TestSandbox {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly options: ProvinceOptions,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    readonly url: string,
    readonly grpc: string,
  ) {}

  static async open(options: ProvinceOptions, gateway: JWK): Promise<TrialProvince> {
    const folder = await mkdtemp(join(tmpdir(), 'exchange-trial-'));
    const { d: _private, ...publicKey } = gateway;
    await writeFile(join(folder, 'clients.json'), JSON.stringify({ keys: [publicKey] }));
    const [http, grpc] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const environment = {
      TONGBAN_HTTP_LISTEN: http,
      TONGBAN_SANDBOX_GRPC_LISTEN: grpc,
      TONGBAN_DATABASE_URL: options.databaseUrl,
      TONGBAN_SANDBOX_FRONT_URL: options.frontUrl,
      TONGBAN_SANDBOX_AUDIT_INTERVAL_MS: '200',
      TONGBAN_PROVINCE_CLIENT_KEYS: join(folder, 'clients.json'),
      TONGBAN_PROVINCE_SIGNING_KEY: join(folder, 'province.json'),
      TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
      TONGBAN_LOG_LEVEL: 'error',
    };
    const province = new TrialProvince(options, folder, environment, `http://${http}`, grpc);
    try {
      await province.start();
    } catch (error) {
      await province.stop();
      throw error;
    }
    return province;
  }

  /** Something goes wrong: a fault on command, the quality check stops or stutters, or the process dies. */
  async trouble(): Promise<void> {
    const roll = this.options.roll();
    const pick = <T>(from: readonly T[]): T => from[Math.floor(this.options.roll() * from.length)]!;
    if (roll < 0.05) return this.killAndStart();
    if (roll < 0.3) return this.audit(pick(auditModes));
    await this.behave({ mode: pick(misbehaviours), count: 1 + Math.floor(this.options.roll() * 3) });
  }

  async calm(): Promise<void> {
    await this.behave({ mode: 'normal' });
    await this.audit('normal');
  }

  behave(command: object): Promise<void> {
    return this.order('/sandbox/behaviour', command);
  }

  async rowsOf(number: string): Promise<ProvinceRow[]> {
    const answer = await fetch(`${this.url}/exchange/v1/cases/${number}`);
    return answer.status === 404 ? [] : ((await answer.json()) as { records: ProvinceRow[] }).records;
  }

  async stop(): Promise<void> {
    this.child?.kill('SIGTERM');
    await this.ended();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Sends a message down, in the tables of the profile where it has some. */
  plant(message: object): Promise<void> {
    return this.order('/sandbox/inbox', { ...message, profile: this.options.profile });
  }

  /** Everything that it has heard of its messages. */
  async heard(): Promise<Heard[]> {
    const answer = await fetch(`${this.url}/sandbox/inbox?profile=${this.options.profile}`);
    return ((await answer.json()) as { replies: Heard[] }).replies;
  }

  /** Whether its quality check has looked at everything in the front-end database. */
  async hasJudged(): Promise<boolean> {
    const answer = await fetch(`${this.url}/sandbox/front`);
    return ((await answer.json()) as { waiting: number }).waiting === 0;
  }

  private audit(mode: (typeof auditModes)[number]): Promise<void> {
    return this.order('/sandbox/front', { mode });
  }

  private async order(path: string, command: object): Promise<void> {
    const answer = await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(command) });
    if (answer.status !== 200) throw new Error(`the sandbox does not obey: ${answer.status}`);
  }

  private async killAndStart(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended();
    await this.start();
  }

  private async ended(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => child.once('exit', resolve));
  }

  private async start(): Promise<void> {
    this.child = spawn(process.execPath, [this.options.program], {
      env: this.environment,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (let waitedMs = 0; waitedMs < readyTimeoutMs; waitedMs += pollMs) {
      const ready = await fetch(`${this.url}/health/ready`).then(
        (answer) => answer.status === 200,
        () => false,
      );
      if (ready) return;
      await sleep(pollMs);
    }
    throw new Error('the sandbox did not start');
  }
}
