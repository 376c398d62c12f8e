import { spawn } from 'node:child_process';

export interface Watch {
  /** The process has ended in order: there is nothing left to watch over. */
  release(): void;
}

/**
 * Waits for a line or for the pipe to break. Broken: this test process has died, so the launcher is told to stop its
 * city; then servers that a test has started again, which work in the folder, are stopped, and the folder goes. A shell,
 * because it must outlive us.
 */
const script = `
if read -r _; then exit 0; fi
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 60 ]; do sleep 1; tries=$((tries + 1)); done
kill -0 "$1" 2>/dev/null && exit 1
for entry in /proc/[0-9]*; do
  case "$(readlink "$entry/cwd")" in "$2"/*) kill -INT "\${entry#/proc/}" ;; esac
done
sleep 5
rm -rf -- "$2"`;

/** Has a city stopped and its folder removed when this process dies before it could do so. */
export function watchOver(pid: number | undefined, folder: string): Watch {
  if (pid === undefined) throw new Error('tongbanctl could not be started');
  const watcher = spawn('/bin/sh', ['-c', script, 'watch', String(pid), folder], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return { release: () => void watcher.stdin.end('over\n') };
}
