import { existsSync, readFileSync } from 'node:fs';
import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import type { NodeCode } from '@tongban/kernel';
import type { ProvisionCommand, UpCommand } from './arguments.js';
import { readPrepared, SetupError, type Prepared } from './city/environment.js';
import { dropState } from './city/fresh.js';
import { layoutOf, makeFolders, type Layout } from './city/layout.js';
import { provision } from './city/provision.js';
import { provideDivisions } from './city/divisions.js';
import { releaseLock, takeLock } from './city/run-file.js';
import { startCity, type RunningCity } from './city/running-city.js';
import { Stack } from './city/stack.js';
import { runMainJob } from './demo/main-job.js';
import { reportJson, type Report } from './demo/report.js';
import { reportText } from './demo/table.js';
import { Interrupted, orInterrupted, progressOn, type Progress } from './progress.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The list of divisions as it is cut today, for {@link provideDivisions}. */
function readCut(prepared: Prepared, city: NodeCode): string {
  const { divisionsFile } = prepared;
  if (!existsSync(divisionsFile)) throw new SetupError(`没有区划文件 ${divisionsFile}`);
  const cut = readFileSync(divisionsFile, 'utf8');
  const divisions = parseDivisions(JSON.parse(cut));
  if (divisions.city !== city)
    throw new SetupError(`区划文件 ${divisionsFile} 是 ${divisions.city} 的，不是 ${city} 的`);
  return cut;
}

export async function provisionCity(command: ProvisionCommand, env: Environment, root: string): Promise<number> {
  const prepared = readPrepared(env, root);
  const cut = readCut(prepared, command.city);
  const layout = layoutOf(prepared.stateDirectory, command.city);
  const progress = progressOn(process.stdout, Date.now);
  makeFolders(layout);
  takeLock(layout);
  try {
    const divisions = provideDivisions(layout, cut);
    await provision(layout, divisions, Date.now(), progress);
  } finally {
    releaseLock(layout);
  }
  progress.step(`已就绪：${layout.directory}`);
  return 0;
}

/** SIGHUP: the terminal was closed. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborted by the first of them, as Ctrl-C; later ones are told that stopping is under way. */
function stopSignal(progress: Progress): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) progress.note('正在停止，请稍候');
    controller.abort();
  };
  for (const name of stopSignals) process.on(name, stop);
  const forget = (): void => {
    for (const name of stopSignals) process.off(name, stop);
  };
  return { signal: controller.signal, forget };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // An open timer keeps the process: children are not waited for by the event loop when they have all died.
    const keep = setInterval(() => undefined, 60_000);
    const done = (): void => {
      clearInterval(keep);
      resolve();
    };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });

function tellAddresses(city: RunningCity, layout: Layout, progress: Progress): void {
  progress.step('城市保持运行，按 Ctrl-C 停止');
  for (const [name, address] of Object.entries(city.addresses)) progress.note(`${name}  ${address}`);
  progress.note(`工作台  ${city.addresses['township']}/console/（各级地址后加 /console/）`);
  progress.note(`示范人员和口令  ${layout.demoUsers}`);
}

interface UpParts {
  readonly command: UpCommand;
  readonly prepared: Prepared;
  readonly divisions: DivisionTree;
  readonly layout: Layout;
  readonly progress: Progress;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

function show(report: Report, { command, divisions, progress }: UpParts): void {
  process.stdout.write(command.json ? `${reportJson(report)}\n` : `${reportText(report, divisions)}\n`);
  // The table ends with them; one line of JSON has no place for them.
  for (const failure of command.json ? report.failures : [])
    progress.warn(`核对未通过：${failure.check}：${failure.detail}`);
}

/** The main job on a running city; true when all of it held. */
async function work(city: RunningCity, parts: UpParts): Promise<boolean> {
  const { command, layout, progress, signal, prepared, divisions } = parts;
  let held = false;
  try {
    const report = await runMainJob({ city, layout, progress, signal, prepared, divisions, now: Date.now });
    show(report, parts);
    held = report.failures.length === 0;
  } catch (error) {
    if (command.once || error instanceof Interrupted) throw error;
    progress.warn(`示范办理中断：${error instanceof Error ? error.message : String(error)}`);
  }
  if (command.once) return held;
  tellAddresses(city, layout, progress);
  await untilAborted(signal);
  return held;
}

async function startAndWork(parts: UpParts): Promise<boolean> {
  const { prepared, layout, divisions, progress, env, signal } = parts;
  const stack = new Stack();
  try {
    const city = await startCity({ prepared, layout, divisions, progress, env, now: Date.now, signal }, stack);
    orInterrupted(signal);
    return await work(city, parts);
  } finally {
    progress.step('停止');
    const failures = await stack.stopAll((name) => progress.note(`停止 ${name}`));
    for (const failure of failures) progress.warn(`没能停止 ${failure}`);
  }
}

/** Starts the city, does the main job, shows it and stays until Ctrl-C. The exit status: 0 when all of the job held. */
export async function up(command: UpCommand, env: Environment, root: string): Promise<number> {
  const prepared = readPrepared(env, root);
  const cut = readCut(prepared, command.city);
  const layout = layoutOf(prepared.stateDirectory, command.city);
  const progress = progressOn(command.json ? process.stderr : process.stdout, Date.now);
  makeFolders(layout);
  takeLock(layout);
  const { signal, forget } = stopSignal(progress);
  try {
    if (command.fresh) {
      progress.step(`清除 ${layout.directory}`);
      await dropState(layout);
      makeFolders(layout);
      takeLock(layout);
    }
    const divisions = provideDivisions(layout, cut);
    const held = await startAndWork({ command, prepared, divisions, layout, progress, env, signal });
    return held ? 0 : 1;
  } finally {
    releaseLock(layout);
    forget();
  }
}
