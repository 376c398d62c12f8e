import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/**
 * Reads until the pipe breaks, then ends the servers named in `*.pid` and removes what they left. A shell, because it
 * must outlive this process, however that ends, and one per worker should cost nothing.
 */
const reaperScript = `
while read -r _; do :; done
for signal in INT KILL; do
  for file in "$1"/*.pid; do [ -f "$file" ] && kill -"$signal" "$(cat "$file")" 2>/dev/null; done
  sleep 1
done
for file in "$1"/*.folder; do [ -f "$file" ] && rm -rf -- "$(cat "$file")"; done
rm -rf -- "$1"`;

/**
 * The folder of this jest worker's throw-away servers, the same for every test file it runs: jest gives each file fresh
 * modules, so only the process tells. It is named by process id and start, as ids come again.
 */
export function workerFolder(): string {
  const folder = join(realpathSync(tmpdir()), `tongban-tests-${process.pid}-${Math.round(performance.timeOrigin)}`);
  if (mkdirSync(folder, { recursive: true, mode: 0o711 }) !== undefined) startReaper(folder);
  return folder;
}

function startReaper(folder: string): void {
  const reaper = spawn('/bin/sh', ['-c', reaperScript, 'reaper', folder], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.stdin.on('error', () => undefined);
  // Neither the reaper nor the pipe to it may keep a finished jest waiting.
  reaper.unref();
  if (reaper.stdin instanceof Socket) reaper.stdin.unref();
}

/** Has the reaper end this server and remove its data, when that lies elsewhere. */
export function reapLater(folder: string, server: string, pid: number, dataDirectory?: string): void {
  writeFileSync(join(folder, `${server}.pid`), `${pid}\n`);
  if (dataDirectory !== undefined) writeFileSync(join(folder, `${server}.folder`), `${dataDirectory}\n`);
}
