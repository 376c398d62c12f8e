import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { natsConfig } from './nats-config.js';
import { choosePort, loopback } from './ports.js';
import {
  commandLineOf,
  isAlive,
  logSince,
  logSize,
  readIfThere,
  startServer,
  stopProcess,
  waitUntil,
  type StopStep,
} from './processes.js';

const startTimeoutMs = 20_000;
const answerTimeoutMs = 1_000;
const versionTimeoutMs = 5_000;
const withJetStream = /^INFO .*"jetstream":true/;
const answerLimitBytes = 64 * 1024;
const startAttempts = 3;
const stopSteps: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export interface NatsOptions {
  /** State folder: `nats.conf`, `nats.log`, `nats.pid`, `ports`, the JetStream store. */
  readonly directory: string;
  readonly binary: string;
  /** 0 or absent: the port of last time when it is free, else any. */
  readonly port?: number;
  readonly monitorPort?: number;
  /** Further lines of the configuration file. */
  readonly configExtra?: string;
  readonly log?: (line: string) => void;
}

export interface Nats {
  readonly url: string;
  readonly port: number;
  readonly monitorPort: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * True when a NATS server with JetStream greets there and, unless it wants to know who asks, answers a PING (NATS client
 * protocol: INFO, PING, PONG).
 */
export function natsAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ host: loopback, port, timeout: answerTimeoutMs });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('utf8');
    socket.on('error', () => finish(false));
    socket.on('timeout', () => finish(false));
    socket.on('close', () => resolve(false));
    socket.on('data', (part: string) => {
      const greeted = heard.includes('\r\n');
      heard += part;
      if (!greeted && heard.includes('\r\n')) {
        // A stranger who tried to enter would be an alarm in its log.
        if (heard.includes('"auth_required":true')) return finish(withJetStream.test(heard));
        socket.write('CONNECT {"verbose":false}\r\nPING\r\n');
      }
      if (heard.includes('PONG\r\n')) finish(withJetStream.test(heard));
      else if (heard.length > answerLimitBytes || heard.includes('-ERR')) finish(false);
    });
  });
}

function versionOf(binary: string): string {
  const asked = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: versionTimeoutMs });
  const version = /v(\d+\.\d+\.\d+)/.exec(asked.stdout ?? '')?.[1];
  if (version === undefined) throw new Error(`${binary} does not run as a nats-server`);
  return version;
}

/** A server that a killed launcher left on this folder is stopped: two on one store would destroy it. */
async function stopLeftOver(pidFile: string, configFile: string, log: (line: string) => void): Promise<void> {
  const pid = Number(readIfThere(pidFile)?.trim());
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  if (commandLineOf(pid)?.includes(configFile) !== true) return;
  log(`stopping nats-server ${pid}, left by an earlier run`);
  await stopProcess(pid, stopSteps);
}

/** Starts one server and waits until it answers; its pid, or undefined when a port was taken from under it. */
async function launch(options: NatsOptions, configFile: string, port: number): Promise<number | undefined> {
  const logFile = join(options.directory, 'nats.log');
  const before = logSize(logFile);
  const { pid } = startServer(options.binary, ['-c', configFile], { cwd: options.directory, logFile });
  if (pid === undefined) throw new Error(`${options.binary} cannot be started`);
  let answers = false;
  await waitUntil(async () => {
    if (!isAlive(pid)) return true;
    answers = await natsAnswers(port);
    return answers;
  }, startTimeoutMs);
  if (answers && isAlive(pid)) return pid;
  await stopProcess(pid, stopSteps);
  const said = logSince(logFile, before);
  if (said.includes('address already in use')) return undefined;
  throw new Error(`nats-server did not start in ${options.directory}; its log ends with:\n${said}`);
}

/**
 * A NATS server with JetStream on 127.0.0.1 from a folder. It survives the launcher's Ctrl-C; `stop` ends it.
 * @throws with the end of the server's log when it does not start, or naming the wished port when that is in use
 */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const { directory, binary } = options;
  const log = options.log ?? (() => undefined);
  const inFolder = (name: string): string => join(directory, name);
  mkdirSync(inFolder('store'), { recursive: true, mode: 0o700 });
  const [configFile, pidFile] = [inFolder('nats.conf'), inFolder('nats.pid')];
  await stopLeftOver(pidFile, configFile, log);
  const version = versionOf(binary);
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const port = await choosePort('nats-server', options.port ?? 0, inFolder('port'));
    const monitorPort = await choosePort(
      'the monitor of nats-server',
      options.monitorPort ?? 0,
      inFolder('monitor-port'),
    );
    const extra = options.configExtra;
    const settings = { port, monitorPort, storeDirectory: inFolder('store'), pidFile, version, extra };
    writeFileSync(configFile, natsConfig(settings), { mode: 0o600 });
    const pid = await launch(options, configFile, port);
    if (pid === undefined) continue;
    writeFileSync(inFolder('port'), `${port}\n`);
    writeFileSync(inFolder('monitor-port'), `${monitorPort}\n`);
    log(`nats-server ${version} (${pid}) on port ${port}`);
    return { url: `nats://${loopback}:${port}`, port, monitorPort, pid, stop: () => stopProcess(pid, stopSteps) };
  }
  throw new Error(`nats-server found no free port on ${loopback} in ${startAttempts} attempts`);
}
